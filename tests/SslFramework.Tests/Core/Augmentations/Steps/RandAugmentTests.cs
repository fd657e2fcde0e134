using System.Text.Json;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations.Steps;

[TestClass]
internal class RandAugmentTests
{
    private const int Height = 24;
    private const int Width = 32;

    [TestMethod]
    [DataRow("autoContrast", AugmentOperation.AutoContrast, 1, 1)]
    [DataRow("equalize", AugmentOperation.Equalize, 1, 1)]
    [DataRow("invert", AugmentOperation.Invert, 1, 1)]
    [DataRow("rotate 13.5", AugmentOperation.Rotate, 0.45, 1)]
    [DataRow("posterize 2", AugmentOperation.Posterize, 0.5, 1)]
    [DataRow("solarize 77", AugmentOperation.Solarize, 0.7, 1)]
    [DataRow("solarizeAdd 99", AugmentOperation.SolarizeAdd, 0.9, 1)]
    [DataRow("color 1.81", AugmentOperation.Color, 0.9, 1)]
    [DataRow("contrast 0.19", AugmentOperation.Contrast, 0.9, -1)]
    [DataRow("brightness 1.36", AugmentOperation.Brightness, 0.4, 1)]
    [DataRow("sharpness 1.9", AugmentOperation.Sharpness, 1, 1)]
    [DataRow("sharpness 0.1", AugmentOperation.Sharpness, 1, -1)]
    [DataRow("shearX 0.27", AugmentOperation.ShearX, 0.9, 1)]
    [DataRow("shearY -0.3", AugmentOperation.ShearY, 1, -1)]
    [DataRow("translateX 0.405", AugmentOperation.TranslateX, 0.9, 1)]
    [DataRow("translateY -0.2", AugmentOperation.TranslateY, 0.2 / 0.45, -1)]
    public void Change_OneOperation_EqualsPillow(string name, AugmentOperation operation, double strength, int sign)
    {
        var golden = Open();
        var expected = golden.GetProperty("operations").GetProperty(name);

        var levels = Changed(golden.GetProperty("pixels").GetBytesFromBase64(), 3, operation, strength, sign);

        var values = expected.GetProperty("values").EnumerateArray().Select(value => value.GetInt32()).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.AreEqual(values[i], levels[i * 37], 1.5, $"{name}, byte {i * 37}"); // Pillow cuts or rounds to whole levels
        }

        Assert.AreEqual(expected.GetProperty("mean").GetDouble(), levels.Average(), 1, name);
    }

    [TestMethod]
    public void Change_GreyImage_IsChangedByAllButColour()
    {
        var pixels = Open().GetProperty("pixels").GetBytesFromBase64()[..(Height * Width)];
        foreach (var operation in Enum.GetValues<AugmentOperation>())
        {
            var same = Changed(pixels, 1, operation, 0.9, 1).Select(level => (byte)Math.Round(level)).SequenceEqual(pixels);
            Assert.AreEqual(operation == AugmentOperation.Color, same, operation.ToString());
        }
    }

    [TestMethod]
    public void Apply_ManyImages_ChangesHalfOfTheDrawsAndIsAFunctionOfTheSample()
    {
        var image = Recipes.Image(16, 16, 3);
        var data = new DataInfo(1, 3) { Size = new ImageSize(16, 16) };
        var plain = Recipes.Build(data, 1, Recipes.Step<RandAugment, RandAugmentOptions>(new() { Probability = 0 })).View(image);
        var augmentation = Recipes.Build(data, 1, Recipes.Step<RandAugment, RandAugmentOptions>(new()));

        var changed = Enumerable.Range(0, 200).Count(sample => !augmentation.View(image, 0, (ulong)sample).SequenceEqual(plain));

        Assert.IsTrue(changed is > 120 and < 180, $"{changed} of 200; three quarters have at least one operation");
        CollectionAssert.AreEqual(augmentation.View(image, 0, 3), augmentation.View(image, 0, 3));
        Assert.IsTrue(augmentation.View(image, 0, 3).All(value => value is >= 0 and <= 1));
    }

    private static JsonElement Open()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "goldens", "rand_augment.json")));
        return document.RootElement.Clone();
    }

    /// <summary>Levels from 0 to 255, the channels of a pixel together.</summary>
    private static double[] Changed(byte[] pixels, int channels, AugmentOperation operation, double strength, int sign)
    {
        var destination = new float[pixels.Length];
        var image = new ViewImage(new ImagePixels(pixels, Height, Width, channels), new ViewScratch(), destination);
        RandAugment.Change(ref image, operation, strength, sign);
        image.Finish();
        return [.. Enumerable.Range(0, pixels.Length).Select(i => destination[(i % channels * Height * Width) + (i / channels)] * 255.0)];
    }
}
