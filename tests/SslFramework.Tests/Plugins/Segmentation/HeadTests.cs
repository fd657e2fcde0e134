using SslFramework.Core.Backbones.Transformers;
using SslFramework.Plugins.Segmentation;

namespace SslFramework.Tests.Plugins.Segmentation;

[TestClass]
public class HeadTests
{
    private static readonly SegmentationOptions Small = new() { Width = 8 };

    [TestMethod]
    [DataRow(HeadKind.Fcn, 4, 8)]
    [DataRow(HeadKind.Linear, 4, 8)]
    [DataRow(HeadKind.Upernet, 4, 64)]
    public void Scores_OfAResidualNetwork_AreAsLargeAsTheMapTheyAreMadeOf(HeadKind kind, int stages, int side)
    {
        using var scope = NewDisposeScope();
        using var network = SegmentationTests.Network(stages);
        using var head = SegmentationHead.Of(network, (Small with { Head = kind }).Resolve(4), 5);
        head.eval();
        var scores = head.Scores(network.ForwardMaps(ones(2, 1, 64, 64), head.Which));
        CollectionAssert.AreEqual(new long[] { 2, 5, side, side }, scores.shape);
    }

    [TestMethod]
    [DataRow(12, new[] { 3, 5, 7, 11 })]
    [DataRow(24, new[] { 7, 11, 15, 23 })]
    [DataRow(4, new[] { 0, 1, 1, 3 })]
    public void Which_OfAVisionTransformer_IsBeits(int depth, int[] expected)
    {
        using var scope = NewDisposeScope();
        using var vit = new VisionTransformer(new VisionTransformerOptions { ImageSize = 32, PatchSize = 8, Dimension = 8, Depth = depth, Heads = 2 }, new DataInfo(1, 1));
        using var head = SegmentationHead.Of(vit, (Small with { Recipe = "ade20k" }).Resolve(4), 5);
        CollectionAssert.AreEqual(expected, head.Which.ToArray());
        head.eval();
        var maps = vit.ForwardMaps(ones(2, 1, 32, 32), head.Which);
        CollectionAssert.AreEqual(new long[] { 2, 5, 16, 16 }, head.Scores(maps).shape, "four times as fine as the patches");
        CollectionAssert.AreEqual(new long[] { 2, 5, 4, 4 }, head.AuxiliaryScores(maps)!.shape, "of the third map");
    }

    /// <summary>What lies in one corner of the image gets scores in the same corner.</summary>
    [TestMethod]
    [DataRow(HeadKind.Fcn)]
    [DataRow(HeadKind.Upernet)]
    public void Scores_OfAChangedCorner_ChangeMostThere(HeadKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = SegmentationTests.Network(4);
        using var head = SegmentationHead.Of(network, (Small with { Head = kind, Dilation = 1 }).Resolve(4), 5);
        head.eval();
        var (plain, changed) = (zeros(1, 1, 64, 64), zeros(1, 1, 64, 64));
        changed[.., .., ..16, 48..] = 1;
        var difference = (head.Scores(network.ForwardMaps(changed, head.Which)) - head.Scores(network.ForwardMaps(plain, head.Which))).abs().mean([0, 1]);
        var half = difference.shape[0] / 2;
        var corners = new[] { difference[..(int)half, (int)half..], difference[..(int)half, ..(int)half], difference[(int)half.., (int)half..], difference[(int)half.., ..(int)half] }
            .Select(corner => corner.mean().ToDouble()).ToArray();
        Assert.AreEqual(corners.Max(), corners[0], string.Join(" ", corners));
    }

    [TestMethod]
    [DataRow("voc", 0, 0.003)]
    [DataRow("voc", 20_999, 0.003)]
    [DataRow("voc", 21_000, 0.0003)]
    [DataRow("voc", 27_000, 0.00003)]
    [DataRow("cityscapes", 62_999, 0.01)]
    [DataRow("cityscapes", 63_000, 0.001)]
    [DataRow("cityscapes", 81_000, 0.0001)]
    [DataRow("ade20k", 0, 0.0)]
    [DataRow("ade20k", 750, 1.4929687e-5)]
    [DataRow("ade20k", 80_000, 1.5e-5)]
    public void RateAt_AStepOfARecipe_IsThePapers(string recipe, int step, double rate) =>
        Assert.AreEqual(rate, new SegmentationOptions { Recipe = recipe }.Resolve(20_210).RateAt(step), 1e-9);

    [TestMethod]
    public void Resolve_Epochs_AreSteps_AndShortenTheWarmUp()
    {
        var settings = new SegmentationOptions { Recipe = "ade20k", Epochs = 100 }.Resolve(20_210);
        Assert.AreEqual((126_312, 1184), (settings.Steps, settings.WarmupSteps), "as many as MAE's appendix has epochs");
        Assert.AreEqual((512, 341), (settings.Window, settings.WindowStride));
        var other = new SegmentationOptions { Recipe = "ade20k", Window = 600, BatchSize = 64 }.Resolve(40);
        Assert.AreEqual((600, 400, 40), (other.Window, other.WindowStride, other.BatchSize));
        Assert.IsNull(new SegmentationOptions { Recipe = "ade20k", Window = 0 }.Resolve(40).WindowStride);
    }
}
