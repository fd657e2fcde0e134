using SkiaSharp;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Tests.Core.Augmentations;

namespace SslFramework.Tests.Engine.Data.Loading;

[TestClass]
public class ScaledDecodeTests
{
    private const int Side = 16;

    [TestMethod]
    public void Read_ScaledDecode_MakesNearlyTheSameViewsOfTheSameParts()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Root, "large.jpg"), Photograph(643, 485));
        var (whole, scaled) = (First(folder.Root, false), First(folder.Root, true));
        for (var view = 0; view < 2; view++)
        {
            var difference = (whole.Views[view] - scaled.Views[view]).abs().mean().ToDouble();
            Assert.IsGreaterThan(0, difference); // it was decoded smaller
            Assert.IsLessThan(0.03, difference);
            var (expected, actual) = (whole.Geometry[view], scaled.Geometry[view]);
            Assert.AreEqual(new ImageSize(485, 643), actual.Image);
            Assert.AreEqual(expected.Image, actual.Image);
            Assert.AreEqual(expected.Left, actual.Left, 8); // in pixels of the whole image
            Assert.AreEqual(expected.Top, actual.Top, 8);
            Assert.AreEqual(expected.Width, actual.Width, 8);
            Assert.AreEqual(expected.Height, actual.Height, 8);
        }
    }

    [TestMethod]
    public void Reduction_SeveralViews_IsThatOfTheLargest()
    {
        var recipe = Recipes.Build(
            new()
            {
                Views =
                [
                    new() { Steps = [Recipes.Step<Resize, ResizeOptions>(new() { Height = 50, Width = 50 })] },
                    new() { Steps = [Recipes.Step<Resize, ResizeOptions>(new() { Height = 20, Width = 40 })] },
                ],
            },
            new DataInfo(1, 3));
        var buffer = new ViewBuffer(recipe, seed: 1);
        buffer.Begin(0, 0);
        Assert.AreEqual(4, buffer.Reduction(new ImageSize(200, 300)));
        Assert.AreEqual(1, buffer.Reduction(new ImageSize(40, 300)));
    }

    [TestMethod]
    public void Reduction_OfEverySecondStep_CountsNot()
    {
        var recipe = Recipes.Build(
            new DataInfo(1, 3),
            1,
            Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()),
            Recipes.Step<Resize, ResizeOptions>(new() { Height = 10, Width = 10 }));
        Assert.AreEqual(1, recipe.Reduction(new ImageSize(200, 300), 0, new SampleRandom(1, 0, 0, 0)));
    }

    [TestMethod]
    public void RandomResizedCrop_Reduction_IsThatOfItsShorterSide()
    {
        var step = new RandomResizedCrop(new() { Size = 10 });
        for (var sample = 0UL; sample < 20; sample++)
        {
            var (box, asked) = (new SampleRandom(1, 0, sample, 0), new SampleRandom(1, 0, sample, 0));
            var drawn = step.Draw(300, 400, ref box);
            Assert.AreEqual(Math.Min(drawn.Height, drawn.Width) / 10, step.Reduction(new ImageSize(300, 400), ref asked));
        }
    }

    private static (Tensor[] Views, ViewGeometry[] Geometry) First(string folder, bool scaled)
    {
        var source = new ImageFolderSource(new() { Path = folder, ScaledDecode = scaled });
        var recipe = Recipes.Build(
            new DataInfo(1, 3), 2, Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = Side, Scale = [0.3, 1] }));
        using var loader = new ViewLoader(source, recipe, new() { BatchSize = 1, Seed = 3 });
        var batch = loader.Read(0).First();
        return ([.. batch.Views.Select(view => view.clone())], [.. batch.Geometry.Select(images => images[0])]);
    }

    private static byte[] Photograph(int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, new SKColor(Wave(x, 40), Wave(y, 60), Wave(x + y, 90)));
            }
        }

        using var pixels = bitmap.PeekPixels();
        return pixels.Encode(new SKJpegEncoderOptions(90))!.ToArray();

        static byte Wave(int at, double length) => (byte)(128 + (90 * Math.Sin(at / length)));
    }
}
