using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Augmentations.Steps;

/// <summary>The steps by which detectors take images: resized in proportion, and put on a canvas of one size.</summary>
[TestClass]
public class DetectionStepTests
{
    [TestMethod]
    public void Verify_TheContract_Holds()
    {
        new StepContract(new FitShortest(new() { Sizes = [10, 14], Maximum = 20 })).Verify();
        new StepContract(new FitBox(new() { Height = 16, Width = 20, Minimum = 0.5, Maximum = 2 })).Verify();
        new StepContract(new FitBox(new() { Height = 16, Width = 20 })).Verify();
        new StepContract(new Canvas(new() { Height = 30, Width = 30 })).Verify();
    }

    [TestMethod]
    [DataRow(480, 640, 800, 1067)] // the shorter side has its length
    [DataRow(640, 480, 1067, 800)]
    [DataRow(300, 900, 444, 1333)] // the longer one would have more than the maximum
    public void After_FitShortest_IsTheSizeOfDetectors(int height, int width, int newHeight, int newWidth) => Assert.AreEqual(
        new ImageSize(newHeight, newWidth),
        new FitShortest(new() { Sizes = [800], Maximum = 1333 }).After(new(3, new ImageSize(height, width))).Size);

    [TestMethod]
    public void Trace_OfACanvas_TellsThatItIsLargerThanTheImage()
    {
        var recipe = Recipes.Build(
            new DataInfo(1, 1) { Size = new(10, 20) },
            1,
            Recipes.Step<FitShortest, FitShortestOptions>(new() { Sizes = [20] }),
            Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.5], Std = [0.5] }),
            Recipes.Step<Canvas, CanvasOptions>(new() { Height = 64, Width = 64 }));
        var (image, view) = (new PixelBuffer(), new float[64 * 64]);
        image.Resize(10, 20, 1).Fill(255);
        var geometry = recipe.Trace(image.Image, 0, new SampleRandom(1, 2, 3, 0), view);
        Assert.AreEqual(new ViewGeometry(0, 0, 32, 32, false) { Image = new(10, 20) }, geometry);
        Assert.AreEqual(20 * 40, view.Count(value => Math.Abs(value - 1) < 1e-5)); // white where the image lies
        Assert.AreEqual((64 * 64) - (20 * 40), view.Count(value => value == 0)); // the mean color around it
    }

    [TestMethod]
    public void Trace_OfALargeJitter_TellsWhichPartIsShown()
    {
        var recipe = Recipes.Build(
            new DataInfo(1, 1),
            1,
            Recipes.Step<FitBox, FitBoxOptions>(new() { Height = 32, Width = 32, Minimum = 0.5, Maximum = 2 }),
            Recipes.Step<Canvas, CanvasOptions>(new() { Height = 32, Width = 32 }));
        var (image, view, larger) = (new PixelBuffer(), new float[32 * 32], 0);
        image.Resize(20, 20, 1).Fill(255);
        for (var i = 0UL; i < 20; i++)
        {
            var geometry = recipe.Trace(image.Image, 0, new SampleRandom(1, 2, i, 0), view);
            Assert.IsInRange(10, 42, geometry.Width); // a view of half the image, or of more than the image
            Assert.AreEqual(geometry.Width, geometry.Height, 1e-9);
            Assert.IsTrue(geometry.Left >= 0 && geometry.Left <= Math.Max(0, 20 - geometry.Width) + 1e-9);
            larger += geometry.Width < 20 ? 1 : 0;
        }

        Assert.IsInRange(5, 18, larger);
    }
}
