using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations;

[TestClass]
public class DeepImageTests
{
    private const int Height = 45;
    private const int Width = 61;
    private static readonly ImageSize Size = new(Height, Width);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    [DataRow(32)]
    public void View_OfManyChannels_IsThatOfEachAsAGrayImage(int channels)
    {
        var image = Recipes.Image(Height, Width, channels);
        for (ulong sample = 0; sample < 6; sample++)
        {
            var all = Recipe(channels).View(image, sample: sample); // [C, 24, 24]
            for (var channel = 0; channel < channels; channel++)
            {
                var gray = new PixelBuffer();
                var target = gray.Resize(Height, Width, 1);
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = image.Image.Pixels[(i * channels) + channel];
                }

                CollectionAssert.AreEqual(Recipe(1).View(gray, sample: sample), all[(channel * 24 * 24)..((channel + 1) * 24 * 24)]);
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    public void View_OfSixteenBits_IsThatOfEightWhereTheyAreTheSame(int channels)
    {
        var image = Recipes.Image(Height, Width, channels);
        var deep = new PixelBuffer();
        var target = deep.ResizeDeep(Height, Width, channels);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = (ushort)(image.Image.Pixels[i] * 257);
        }

        for (ulong sample = 0; sample < 6; sample++)
        {
            var (expected, view) = (Recipe(channels).View(image, sample: sample), Recipe(channels).View(deep, sample: sample));
            for (var i = 0; i < view.Length; i++)
            {
                Assert.AreEqual(expected[i], view[i], 2e-6);
            }
        }
    }

    [TestMethod]
    public void View_OfSixteenBits_KeepsStepsThatEightLose()
    {
        var deep = new PixelBuffer();
        var target = deep.ResizeDeep(16, 16, 1);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = (ushort)(30_000 + i);
        }

        var view = Recipes.Build(new DataInfo(1, 1) { Size = new ImageSize(16, 16) }, 1, Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new() { Probability = 0 })).View(deep);
        Assert.HasCount(256, view.Distinct().ToArray());
        Assert.AreEqual(30_100 / 65535f, view[100], 1e-7);
    }

    [TestMethod]
    public void Contrast_OfManyChannels_BlendsWithTheMeanOfAll()
    {
        float[] pixels = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.3f, 0.3f, 0.3f]; // [4, 1, 2]
        var mean = pixels.Average();
        float[] expected = [.. pixels.Select(x => (x * 0.5f) + (mean * 0.5f))];
        Colors.Change(pixels, 4, [new(ColorOperation.Contrast, 0.5f)]);
        for (var i = 0; i < pixels.Length; i++)
        {
            Assert.AreEqual(expected[i], pixels[i], 1e-6);
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public void Build_StepsOfColor_RefuseOtherChannelsByName(int channels)
    {
        AssertRefused("colorJitter", Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Hue = 0.1 }));
        AssertRefused("grayscale", Recipes.Step<Grayscale, GrayscaleOptions>(new()));
        AssertRefused("solarize", Recipes.Step<Solarize, SolarizeOptions>(new()));
        AssertRefused("randAugment", Recipes.Step<RandAugment, RandAugmentOptions>(new()));
        _ = Recipes.Build(new DataInfo(1, channels) { Size = Size }, 1, Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Brightness = 1, Contrast = 1 }));

        void AssertRefused(string step, Component<IRecipeStep> component)
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => Recipes.Build(new DataInfo(1, channels) { Size = Size }, 1, component));
            StringAssert.Contains(error.Message, $"'{step}'");
            StringAssert.Contains(error.Message, $"the data has {channels} channels");
        }
    }

    private static RecipeAugmentation Recipe(int channels) => Recipes.Build(
        new DataInfo(1, channels) { Size = Size },
        1,
        Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 24, Interpolation = Interpolation.Bicubic }),
        Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()),
        Recipes.Step<GaussianBlur, GaussianBlurOptions>(new()),
        Recipes.Step<ColorJitter, ColorJitterOptions>(new() { Brightness = 0.4 }),
        Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.4], Std = [0.3] }));
}
