using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Testing;
using SslFramework.Tests.Core.Augmentations;

namespace SslFramework.Tests.Testing;

[TestClass]
public class AugmentationContractTests
{
    [TestMethod]
    public void Verify_ARecipe_Holds() => new AugmentationContract(Recipes.SimClr(new DataInfo(8, 3), 16, probability: 0.5), Channels: 3).Verify();

    [TestMethod]
    [DataRow("randomResizedCrop")]
    [DataRow("randomCrop")]
    [DataRow("randomScale")]
    [DataRow("resize")]
    [DataRow("centerCrop")]
    [DataRow("horizontalFlip")]
    [DataRow("colorJitter")]
    [DataRow("grayscale")]
    [DataRow("gaussianBlur")]
    [DataRow("solarize")]
    [DataRow("randAugment")]
    [DataRow("normalize")]
    public void Verify_AStepOfTheFrameworks_Holds(string name) => new StepContract(name switch
    {
        "randomResizedCrop" => new RandomResizedCrop(new() { Size = 16 }),
        "randomCrop" => new RandomCrop(new() { Size = 16, Padding = 2 }),
        "randomScale" => new RandomScale(new()),
        "resize" => new Resize(new() { Size = 16 }),
        "centerCrop" => new CenterCrop(new() { Size = 16 }),
        "horizontalFlip" => new HorizontalFlip(new()),
        "colorJitter" => new ColorJitter(new() { Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1 }),
        "grayscale" => new Grayscale(new() { Probability = 0.5 }),
        "gaussianBlur" => new GaussianBlur(new() { Probability = 0.5 }),
        "solarize" => new Solarize(new() { Probability = 0.5 }),
        "randAugment" => new RandAugment(new()),
        _ => (IRecipeStep)new Normalize(new()),
    }).Verify();

    [TestMethod]
    [DataRow("none", null)]
    [DataRow("unwritten", "some numbers of view 0 are not written")]
    [DataRow("history", "differs the second time")]
    [DataRow("needed", "reads pixels outside of what Needed says")]
    public void Verify_AFault_IsNamed(string fault, string? sentence) =>
        AssertNamed(new AugmentationContract(new FaultyAugmentation(fault), Channels: 1).Verify, "augmentation", sentence);

    [TestMethod]
    [DataRow("none", null)]
    [DataRow("size", "but After says 24×24")]
    [DataRow("range", "values leave [0, 1]")]
    [DataRow("nan", "some values are not finite")]
    [DataRow("history", "give another image the second time")]
    [DataRow("needed", "it reads pixels outside of what Needed says")]
    [DataRow("refuses", "it refuses gray images and those in color")]
    public void Verify_AFaultOfAStep_IsNamed(string fault, string? sentence) => AssertNamed(new StepContract(new FaultyStep(fault)).Verify, "step", sentence);

    private static void AssertNamed(Action verify, string component, string? sentence)
    {
        if (sentence is null)
        {
            verify();
            return;
        }

        var error = Assert.ThrowsExactly<ContractViolationException>(verify);
        StringAssert.StartsWith(error.Message, $"The {component} breaks its contract: ");
        StringAssert.Contains(error.Message, sentence);
    }

    /// <summary>Its view is an image's first four pixels.</summary>
    private sealed class FaultyAugmentation(string fault) : IAugmentation
    {
        private int calls;

        public IReadOnlyList<ViewShape> Views { get; } = [new(1, 2, 2)];

        public PixelBox Needed(ImageSize image, int view, SampleRandom random) => new(0, 0, 1, fault == "needed" ? 3 : 4);

        public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination)
        {
            for (var i = 0; i < (fault == "unwritten" ? 3 : 4); i++)
            {
                destination[i] = image.Pixels[i] + random.NextSingle() + (fault == "history" ? ++calls : 0);
            }
        }
    }

    private sealed class FaultyStep(string fault) : IRecipeStep
    {
        private int calls;

        public ImageTraits After(ImageTraits before) => fault switch
        {
            "refuses" => throw new ExperimentException(FailureKind.Config, "No."),
            "size" => before with { Size = new(24, 24) },
            _ => before,
        };

        public PixelBox Needed(ImageSize image, ref SampleRandom random) => fault == "needed" ? new(0, 0, 2, 2) : PixelBox.All(image);

        public void Apply(ref ViewImage image, ref SampleRandom random)
        {
            foreach (ref var value in image.Pixels)
            {
                value = fault switch
                {
                    "range" => value + 1,
                    "nan" => float.NaN,
                    "history" => value / (1 + (calls++ % 7)),
                    _ => 1 - value,
                };
            }
        }
    }
}
