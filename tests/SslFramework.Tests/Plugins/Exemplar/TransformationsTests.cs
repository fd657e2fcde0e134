using SslFramework.Core.Augmentations.Batched;
using SslFramework.Plugins.Exemplar;

namespace SslFramework.Tests.Plugins.Exemplar;

[TestClass]
internal class TransformationsTests
{
    private static readonly ExemplarOptions Nothing = new()
    {
        PatchSize = 8,
        Translation = 0,
        Scale = [1, 1],
        Rotation = 0,
        AxisFactor = [1, 1],
        Power = [1, 1],
        Factor = [1, 1],
        Offset = 0,
        Hue = 0,
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Apply_NothingToDo_GivesTheMiddleOfTheWindow(int channels)
    {
        using var scope = NewDisposeScope();
        var windows = Windows(channels, 12);
        Assert.IsLessThan(1e-5, (Transform(Nothing, windows) - windows.narrow(2, 2, 8).narrow(3, 2, 8)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Draw_PapersRanges_AreFilledAndNeverLeft()
    {
        using var scope = NewDisposeScope();
        var options = new ExemplarOptions();
        var parameters = Draw(options, 2000, channels: 3);
        (double Low, double High)[] ranges =
        [
            (-0.2, 0.2), (-0.2, 0.2), (0.7, 1.4), (-20 * Math.PI / 180, 20 * Math.PI / 180),
            (0.25, 4), (0.7, 1.4), (-0.1, 0.1), (0.25, 4), (0.7, 1.4), (-0.1, 0.1), (-0.1, 0.1),
            (0.5, 2), (0.5, 2), (0.5, 2),
        ];
        Assert.AreEqual(ranges.Length, parameters.shape[1]);
        for (var i = 0; i < ranges.Length; i++)
        {
            var (low, high) = (parameters.select(1, i).min().ToDouble(), parameters.select(1, i).max().ToDouble());
            var margin = 0.01 * (ranges[i].High - ranges[i].Low);
            Assert.IsInRange(ranges[i].Low - 1e-6, ranges[i].Low + margin, low, $"parameter {i}");
            Assert.IsInRange(ranges[i].High - margin, ranges[i].High + 1e-6, high, $"parameter {i}");
            Assert.AreEqual((ranges[i].Low + ranges[i].High) / 2, parameters.select(1, i).mean().ToDouble(), 4 * margin, $"parameter {i} is uniform");
        }
    }

    [TestMethod]
    public void Draw_AuthorsDistributions_AreLogarithmicAndNormal()
    {
        using var scope = NewDisposeScope();
        var options = new ExemplarOptions { Ratios = RatioDraw.Logarithmic, Scale = [Math.Sqrt(0.5), Math.Sqrt(2)], AxisDeviations = [1, 1, 0.5] };
        var parameters = Draw(options, 4000, channels: 3).log2();
        Assert.AreEqual(0, parameters.select(1, 2).mean().ToDouble(), 0.02, "scale");
        Assert.AreEqual(0, parameters.select(1, 4).mean().ToDouble(), 0.08, "exponent");
        Assert.AreEqual(1, parameters.select(1, 11).std().ToDouble(), 0.05);
        Assert.AreEqual(0.5, parameters.select(1, 13).std().ToDouble(), 0.03);
    }

    [TestMethod]
    public void Draw_OneSample_IsTheSameInAnyBatch()
    {
        using var scope = NewDisposeScope();
        var transformations = new Transformations(new ExemplarOptions(), 72);
        var random = new StepRandom(1, 5);
        var image = zeros(1, 1, 72, 72);
        var all = transformations.Draw(new ViewBatch([image.expand(3, -1, -1, -1)], [7, 8, 9]), random, 1);
        Assert.IsTrue(all[2].eq(transformations.Draw(new ViewBatch([image], [9]), random, 1)[0]).all().ToBoolean());
        Assert.IsFalse(all[0].eq(all[1]).any().ToBoolean());
    }

    [TestMethod]
    [DataRow(32, 0.2, 1.4, 20.0)]
    [DataRow(32, 0.25, 1.4142, 20.0)]
    [DataRow(28, 0.2, 1.4, 20.0)]
    [DataRow(8, 0.5, 2.0, 45.0)]
    [DataRow(9, 0.0, 1.0, 180.0)]
    public void SmallestWindow_HoldsEveryPatch_NoCornerIsBlack(int patch, double translation, double scale, double rotation)
    {
        using var scope = NewDisposeScope();
        var options = Nothing with { PatchSize = patch, Translation = translation, Scale = [0.5, scale], Rotation = rotation };
        var window = Transformations.SmallestWindow(options);
        var windows = ones(2000, 1, window, window);

        var drawn = Transform(options, windows);
        Assert.AreEqual(1, drawn.min().ToDouble(), 1e-5);

        // The worst of all: farthest, largest, turned most.
        foreach (var (y, x, turn) in new[] { (1, 1, 1), (-1, 1, 1), (1, -1, -1), (-1, -1, -1) })
        {
            var angle = Math.Min(rotation, 45) * Math.PI / 180;
            var worst = tensor(
                [(float)(y * translation), (float)(x * translation), (float)scale, (float)(turn * angle), 1, 1, 0, 1, 1, 0, 0, 1], [1, 12]);
            Assert.AreEqual(1, Apply(options, windows.narrow(0, 0, 1), worst).min().ToDouble(), 1e-5);
        }
    }

    [TestMethod]
    public void PapersPatch_NeedsFewerPixelsThanTheDefaultWindow()
    {
        Assert.AreEqual(70, Transformations.SmallestWindow(new ExemplarOptions()));
        Assert.IsLessThanOrEqualTo(64, Transformations.SmallestWindow(new ExemplarOptions { PatchSize = 28 }));
        var error = Assert.ThrowsExactly<ExperimentException>(() => new Transformations(new ExemplarOptions(), 69));
        Assert.Contains("70", error.Message);
    }

    [TestMethod]
    public void Tone_OfGrey_ChangesTheValueAlone()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(1, 8);
        var toned = Apply(Nothing, windows, Row(saturation: [3, 1.3, 0.1], value: [2, 0.8, 0.05], hue: 0.1));
        Assert.IsLessThan(1e-5, (toned - ((windows.square() * 0.8) + 0.05).clamp(0, 1)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Tone_OfColour_ChangesHueSaturationAndValue()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(3, 8);
        var toned = Apply(Nothing, windows, Row(saturation: [0.5, 0.9, 0.05], value: [2, 0.8, 0.1], hue: 0.1, axes: [1, 1, 1]));
        var (before, after) = (Hsv.FromRgb(windows), Hsv.FromRgb(toned));
        var shift = (after.Hue - before.Hue - 0.1 + 0.5).remainder(1) - 0.5;
        Assert.IsLessThan(1e-3, shift.abs().max().ToDouble());
        Assert.IsLessThan(1e-3, (after.Saturation - ((before.Saturation.sqrt() * 0.9) + 0.05).clamp(0, 1)).abs().max().ToDouble());
        Assert.IsLessThan(1e-3, (after.Value - ((before.Value.square() * 0.8) + 0.1).clamp(0, 1)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Apply_PapersRanges_StaysWithinZeroAndOne()
    {
        using var scope = NewDisposeScope();
        var patches = Transform(new ExemplarOptions(), Windows(3, 72, count: 64));
        CollectionAssert.AreEqual(new long[] { 64, 3, 32, 32 }, patches.shape);
        Assert.IsGreaterThanOrEqualTo(0, patches.min().ToDouble());
        Assert.IsLessThanOrEqualTo(1, patches.max().ToDouble());
        Assert.IsTrue(patches.isfinite().all().ToBoolean());
    }

    private static Tensor Windows(int channels, int side, int count = 1)
    {
        using var generator = new Generator(1);
        return rand([count, channels, side, side], generator: generator);
    }

    private static Tensor Draw(ExemplarOptions options, int count, int channels)
    {
        var batch = new ViewBatch([zeros(count, 1, 1, 1)], [.. Enumerable.Range(0, count).Select(i => (long)i)]);
        return new Transformations(options, 1000).Draw(batch, new StepRandom(1, 0), channels);
    }

    private static Tensor Transform(ExemplarOptions options, Tensor windows) =>
        Apply(options, windows, Draw(options, (int)windows.shape[0], (int)windows.shape[1]));

    private static Tensor Apply(ExemplarOptions options, Tensor windows, Tensor parameters)
    {
        var channels = windows.shape[1];
        return new Transformations(options, windows.shape[3]).Apply(windows, parameters, full(channels, 0.5f), eye(channels));
    }

    private static Tensor Row(double[]? saturation = null, double[]? value = null, double hue = 0, double[]? axes = null)
    {
        double[] row = [0, 0, 1, 0, .. saturation ?? [1, 1, 0], .. value ?? [1, 1, 0], hue, .. axes ?? [1]];
        return tensor([.. row.Select(number => (float)number)], [1, row.Length]);
    }
}
