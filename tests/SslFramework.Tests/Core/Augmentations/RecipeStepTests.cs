using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Kernels;
using SslFramework.Core.Augmentations.Steps;

namespace SslFramework.Tests.Core.Augmentations;

[TestClass]
internal class RecipeStepTests
{
    [TestMethod]
    public void RandomResizedCrop_ManyDraws_KeepsToItsBounds()
    {
        var step = new RandomResizedCrop(new() { Size = 8, Scale = [0.2, 0.6], Ratio = [0.5, 2] });
        for (var sample = 0UL; sample < 500; sample++)
        {
            var random = new SampleRandom(1, 1, sample, 0);
            var box = step.Draw(120, 150, ref random);
            var area = (double)box.Height * box.Width / (120 * 150);
            var ratio = (double)box.Width / box.Height;
            Assert.IsTrue(area is > 0.19 and < 0.61 && ratio is > 0.48 and < 2.05, $"{box}");
            AssertInside(box, 120, 150);
        }
    }

    [TestMethod]
    public void RandomResizedCrop_NothingFits_TakesTheMiddle()
    {
        var step = new RandomResizedCrop(new() { Scale = [1, 1] });
        var random = new SampleRandom(1, 1, 1, 1);
        Assert.AreEqual(new PixelBox(0, 433, 100, 133), step.Draw(100, 1000, ref random)); // 4 / 3 at most
        Assert.AreEqual(new PixelBox(433, 0, 133, 100), step.Draw(1000, 100, ref random)); // 3 / 4 at least
    }

    [TestMethod]
    public void RandomResizedCrop_DrawOnce_IsCutOffAtTheImage()
    {
        var step = new RandomResizedCrop(new() { Scale = [1, 1], Ratio = [4, 4] });
        var random = new SampleRandom(1, 1, 1, 1);
        var box = step.DrawOnce(100, 100, ref random);
        Assert.AreEqual((50, 100, 0), (box.Height, box.Width, box.Left));
        AssertInside(box, 100, 100);
    }

    [TestMethod]
    public void RandomCrop_WithPadding_ReachesEveryOffset()
    {
        var recipe = Recipes.Build(
            new DataInfo(1, 1) { Size = new ImageSize(4, 4) },
            1,
            Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 4, Padding = 1 }));
        var image = new PixelBuffer();
        image.Resize(4, 4, 1).Fill(255);

        var kept = Enumerable.Range(0, 200).Select(i => recipe.View(image, sample: (ulong)i).Sum()).ToHashSet();
        CollectionAssert.AreEquivalent(new[] { 9f, 12f, 16f }, kept.ToArray()); // 3 × 3, 3 × 4 and 4 × 4 of the image
    }

    [TestMethod]
    [DataRow(-1, 1)]
    [DataRow(-3, 3)]
    [DataRow(4, 2)]
    [DataRow(8, 2)]
    [DataRow(2, 2)]
    public void Reflect_BeyondTheEdge_MirrorsWithoutRepeatingIt(int i, int expected) =>
        Assert.AreEqual(expected, Cropper.Reflect(i, 4));

    [TestMethod]
    public void CenterCrop_OddRoom_RoundsHalfToEven()
    {
        var image = Recipes.Image(7, 5, 1); // starts at 1.5 → 2 and 0.5 → 0
        var recipe = Recipes.Build(new DataInfo(1, 1), 1, Recipes.Step<CenterCrop, CenterCropOptions>(new() { Size = 4 }));
        Assert.AreEqual(image.Image.Pixels[2 * 5] / 255f, recipe.View(image)[0], 1e-7f);
    }

    [TestMethod]
    public void HorizontalFlip_BeforeOrAfterACrop_MirrorsTheSamePixels()
    {
        var image = Recipes.Image(21, 33, 3);
        Component<IRecipeStep> flip = Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new() { Probability = 1 });
        Component<IRecipeStep> never = Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new() { Probability = 0 });
        Component<IRecipeStep> crop = Recipes.Step<CenterCrop, CenterCropOptions>(new() { Size = 15 });
        Component<IRecipeStep> solarize = Recipes.Step<Solarize, SolarizeOptions>(new() { Probability = 1, Threshold = 1 });
        var plain = Recipes.Build(new DataInfo(1, 3), 1, never, crop, solarize).View(image);
        var mirrored = plain.Chunk(15).SelectMany(row => row.Reverse()).ToArray();
        CollectionAssert.AreEqual(mirrored, Recipes.Build(new DataInfo(1, 3), 1, flip, crop, solarize).View(image));
        CollectionAssert.AreEqual(mirrored, Recipes.Build(new DataInfo(1, 3), 1, crop, flip, solarize).View(image));
        CollectionAssert.AreEqual(mirrored, Recipes.Build(new DataInfo(1, 3), 1, crop, solarize, flip).View(image));
        CollectionAssert.AreEqual(plain, Recipes.Build(new DataInfo(1, 3), 1, flip, crop, flip, solarize).View(image));
    }

    [TestMethod]
    public void Resize_ToTheSameSize_IsTheIdentity()
    {
        var image = Recipes.Image(6, 9, 1);
        var recipe = Recipes.Build(new DataInfo(1, 1), 1, Recipes.Step<Resize, ResizeOptions>(new() { Height = 6, Width = 9 }));
        var view = recipe.View(image);
        for (var i = 0; i < view.Length; i++)
        {
            Assert.AreEqual(image.Image.Pixels[i] / 255f, view[i], 1e-7f);
        }
    }

    [TestMethod]
    public void Resample_AgainstLibtorchsAntialias_AgreesInside()
    {
        var image = Recipes.Image(40, 50, 3);
        var view = new float[3 * 13 * 60];
        Resampler.Resample(image.Image, new PixelBox(0, 0, 40, 50), new ImageSize(13, 60), Interpolation.Bilinear, mirrored: false, new ResampleScratch(), view);

        using var scope = NewDisposeScope();
        var pixels = tensor(image.Image.Pixels.ToArray(), [1, 40, 50, 3]).permute(0, 3, 1, 2).to(float32) / 255; // [1, 3, 40, 50]
        var expected = nn.functional.interpolate(
            pixels, size: [13, 60], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        var numbers = expected.contiguous().data<float>().ToArray();
        for (var i = 0; i < view.Length; i++)
        {
            Assert.AreEqual(numbers[i], view[i], 1e-5f);
        }
    }

    [TestMethod]
    public void Hue_FullTurnInThirds_ComesBack()
    {
        var pixels = Golden.Unit("hue", 300).Select(v => (float)(v + 0.5)).ToArray();
        var turned = pixels.ToArray();
        for (var i = 0; i < 3; i++)
        {
            Colors.Change(turned, 3, [new(ColorOperation.Hue, 1f / 3)]);
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            Assert.AreEqual(pixels[i], turned[i], 1e-5f);
        }
    }

    [TestMethod]
    public void Hue_ThirdOfATurn_MovesChannelsRound()
    {
        float[] pixel = [0.9f, 0.2f, 0.4f];
        Colors.Change(pixel, 3, [new(ColorOperation.Hue, 1f / 3)]); // red → green → blue → red
        Assert.AreEqual(0.4f, pixel[0], 1e-6f);
        Assert.AreEqual(0.9f, pixel[1], 1e-6f);
        Assert.AreEqual(0.2f, pixel[2], 1e-6f);
    }

    [TestMethod]
    public void ColorJitter_OverManySamples_TakesBothOrdersOfTwoOperations()
    {
        // Where one of them clips, the two orders give different pixels.
        var step = new ColorJitter(new() { Brightness = 1, Contrast = 1 });
        var brightnessFirst = 0;
        var contrastFirst = 0;
        for (var sample = 0UL; sample < 200; sample++)
        {
            var random = new SampleRandom(1, 0, sample, 0);
            var draws = random;
            draws.NextDouble();
            var (brightness, contrast) = ((float)draws.NextDouble(0, 2), (float)draws.NextDouble(0, 2));

            float[] first = [200 / 255f, 100 / 255f];
            Colors.Change(first, 1, [new(ColorOperation.Brightness, brightness), new(ColorOperation.Contrast, contrast)]);
            float[] second = [200 / 255f, 100 / 255f];
            Colors.Change(second, 1, [new(ColorOperation.Contrast, contrast), new(ColorOperation.Brightness, brightness)]);

            var source = new PixelBuffer();
            new byte[] { 200, 100 }.CopyTo(source.Resize(1, 2, 1));
            var view = new float[2];
            var image = new ViewImage(source.Image, new ViewScratch(), view);
            step.Apply(ref image, ref random);
            image.Finish();
            var (isFirst, isSecond) = (Near(view, first), Near(view, second));
            Assert.IsTrue(isFirst || isSecond, $"sample {sample}");
            brightnessFirst += isFirst && !isSecond ? 1 : 0;
            contrastFirst += isSecond && !isFirst ? 1 : 0;
        }

        Assert.IsGreaterThan(10, brightnessFirst);
        Assert.IsGreaterThan(10, contrastFirst);

        static bool Near(float[] a, float[] b) => a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5f);
    }

    [TestMethod]
    public void BoxFilter_OfAPoint_HasTheGaussiansVariance()
    {
        const int Side = 41;
        foreach (var sigma in new[] { 0.5, 1.3, 2, 3.7 })
        {
            var plane = new float[Side * Side];
            plane[(20 * Side) + 20] = 1;
            BoxFilter.Blur(plane, new ImageSize(Side, Side), sigma, new float[BoxFilter.Spare(new ImageSize(Side, Side), sigma)]);
            var variance = Enumerable.Range(0, plane.Length).Sum(i => plane[i] * Math.Pow((i % Side) - 20, 2));
            Assert.AreEqual(1, plane.Sum(), 1e-4);
            Assert.AreEqual(sigma * sigma, variance, 0.01 * Math.Max(1, sigma * sigma));
        }
    }

    [TestMethod]
    public void BoxFilter_Transposed_IsTheTransposedResult()
    {
        var (height, width) = (9, 14);
        var plane = Golden.Unit("box", height * width).Select(v => (float)(v + 0.5)).ToArray();
        float[] Transpose(float[] p, int h, int w) => [.. Enumerable.Range(0, h * w).Select(i => p[(i % h * w) + (i / h)])];
        var turned = Transpose(plane, height, width);
        var spare = new float[BoxFilter.Spare(new ImageSize(height, width), 1.7)];
        BoxFilter.Blur(plane, new ImageSize(height, width), 1.7, spare);
        BoxFilter.Blur(turned, new ImageSize(width, height), 1.7, spare);
        var expected = Transpose(plane, height, width);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], turned[i], 1e-5f);
        }
    }

    [TestMethod]
    public void Options_OutOfBounds_AreNamed()
    {
        Invalid(new RandomResizedCropOptions { Scale = [0.9, 0.1] }, "Scale");
        Invalid(new RandomResizedCropOptions { Scale = [0.1] }, "Scale");
        Invalid(new ColorJitterOptions { Hue = 0.6 }, "Hue");
        Invalid(new ResizeOptions(), "size");
        Invalid(new ResizeOptions { Size = 3, Height = 3, Width = 3 }, "size");
        Invalid(new ResizeOptions { Height = 3 }, "size");
        Invalid(new NormalizeOptions { Std = [0] }, "std");
        Invalid(new RecipeOptions(), "Views");

        static void Invalid(object options, string part)
        {
            var results = new List<ValidationResult>();
            Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));
            StringAssert.Contains(results[0].ErrorMessage, part);
        }
    }

    private static void AssertInside(PixelBox box, int height, int width) => Assert.IsTrue(
        box.Top >= 0 && box.Left >= 0 && box.Top + box.Height <= height && box.Left + box.Width <= width, $"{box}");
}
