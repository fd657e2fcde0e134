using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Engine.Data;

namespace SslFramework.Tests.Core.Augmentations.Steps;

[TestClass]
public class RandomScaleTests
{
    private static readonly DataInfo Data = new(1, 3);

    [TestMethod]
    [DataRow(null, 40, 20)]
    [DataRow(50, 100, 50)]
    public void Apply_AnImage_IsResizedByAFactorBetweenTheEnds(int? size, int height, int width)
    {
        var (step, sides) = (new RandomScale(new() { Size = size }), new List<double>());
        for (ulong sample = 0; sample < 200; sample++)
        {
            var image = new ViewImage(Recipes.Image(40, 20, 3).Image, new ViewScratch(), new float[1]);
            var random = new SampleRandom(1, 0, sample, 0);
            step.Apply(ref image, ref random);
            Assert.AreEqual((double)height / width, (double)image.Height / image.Width, 0.15, "proportions stay");
            sides.Add((double)image.Width / width);
        }

        Assert.IsTrue(sides.Min() is >= 0.5 and < 0.55 && sides.Max() is > 1.95 and <= 2);
        Assert.AreEqual(1.25, sides.Average(), 0.08);
    }

    /// <summary>The crop of what has become too small is filled up, and its labels count nowhere there; elsewhere they follow.</summary>
    [TestMethod]
    public void Trace_ACropOfWhatIsTooSmall_ShowsNothingAround()
    {
        var recipe = Recipes.Build(
            Data, 1, Recipes.Step<RandomScale, RandomScaleOptions>(new() { Minimum = 0.5, Maximum = 0.5 }), Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 16 }));
        var image = new PixelBuffer();
        image.Resize(20, 24, 3).Fill(200);
        var view = new float[recipe.Views[0].Length];
        var geometry = recipe.Trace(image.Image, 0, new SampleRandom(1, 0, 0, 0), view);
        Assert.AreEqual(new ViewGeometry(-4, -6, 32, 32, false) { Image = new(20, 24) }, geometry, "10 × 12 pixels amid 16 × 16");

        var (map, labels) = (new PixelBuffer(), new byte[16 * 16]);
        map.Resize(20, 24, 1).Fill(7);
        LabelMap.Show(map.Image, geometry, new ImageSize(16, 16), labels);
        for (var i = 0; i < labels.Length; i++)
        {
            Assert.AreEqual(view[i] > 0, labels[i] == 7, $"pixel {i}");
            Assert.IsTrue(labels[i] is 7 or IAnnotatedSource.Void);
        }

        Assert.AreEqual(10 * 12, labels.Count(label => label == 7));
    }

    [TestMethod]
    public void Apply_AnImageThatWouldBecomeTooLarge_IsRefusedInASentence()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() =>
        {
            var image = new ViewImage(new PixelBuffer { }.Blank(), new ViewScratch(), new float[1]);
            var random = new SampleRandom(1, 0, 0, 0);
            new RandomScale(new() { Minimum = 100, Maximum = 100 }).Apply(ref image, ref random);
        });
        StringAssert.Contains(error.Message, "is too large for the step 'randomScale' with a factor of 100");
    }
}

file static class Buffers
{
    public static ImagePixels Blank(this PixelBuffer buffer)
    {
        buffer.Resize(100, 100, 1).Clear();
        return buffer.Image;
    }
}
