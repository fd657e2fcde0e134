using SkiaSharp;
using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Pictures;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Core.Data;

namespace SslFramework.Tests.Engine.Pictures;

[TestClass]
internal class PictureTests
{
    [TestMethod]
    public void Of_ImagesAndViews_KeepTheirColours()
    {
        using var colour = Picture.Of(new ImagePixels([1, 2, 3, 4, 5, 6], 1, 2, 3));
        Assert.AreEqual(new SKColor(4, 5, 6), colour.GetPixel(1, 0));
        using var grey = Picture.Of(new ImagePixels([7, 9], 1, 2, 1));
        Assert.AreEqual(new SKColor(9, 9, 9), grey.GetPixel(1, 0));
        using var view = Picture.Of([0f, 1f, 0.5f, 0f, 2f, -1f], new ViewShape(3, 1, 2));
        Assert.AreEqual(new SKColor(0, 128, 255), view.GetPixel(0, 0));
        Assert.AreEqual(new SKColor(255, 0, 0), view.GetPixel(1, 0));
        using var greyView = Picture.Of([0f, 1f], new ViewShape(1, 1, 2));
        Assert.AreEqual(new SKColor(255, 255, 255), greyView.GetPixel(1, 0));
    }

    [TestMethod]
    public void Histogram_Values_AreCountedInTheirPart()
    {
        var shares = IntensityHistograms.Histogram([0f, 0.1f, 0.6f, 1f], 4);
        CollectionAssert.AreEqual(new[] { 0.5, 0, 0.25, 0.25 }, shares);
    }

    [TestMethod]
    public void Trace_CropsOneInAnother_IsTheirPlaceInTheImage()
    {
        // Every pixel says where it is: what is in view can be read from the view itself.
        var images = new TestImages(1, 64, 64, 1, (_, row, column, _) => (byte)((2 * row) + column));
        var options = new RecipeOptions
        {
            Views =
            [
                new()
                {
                    Steps =
                    [
                        Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()),
                        Recipes.Step<RandomResizedCrop, RandomResizedCropOptions>(new() { Size = 32, Scale = [0.2, 0.6] }),
                        Recipes.Step<CenterCrop, CenterCropOptions>(new() { Size = 16 }),
                    ],
                },
            ],
        };
        var augmentation = Recipes.Build(options, new DataInfo(1, 1));
        var buffer = new PixelBuffer();
        images.Read(0, buffer);
        var view = new float[16 * 16];
        for (ulong epoch = 0; epoch < 12; epoch++)
        {
            var region = augmentation.Trace(buffer.Image, 0, new SampleRandom(1, epoch, 0, 0), view);
            var middle = (view[(7 * 16) + 7] + view[(7 * 16) + 8] + view[(8 * 16) + 7] + view[(8 * 16) + 8]) / 4 * 255;
            var (row, column) = (region.Top + (region.Height / 2) - 0.5, region.Left + (region.Width / 2) - 0.5);
            Assert.AreEqual((2 * row) + column, middle, 1.5);
            Assert.IsTrue(region is { Top: >= 0, Left: >= 0, Height: > 8 and < 32 }, $"{region}");
        }
    }
}
