using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
internal class SimilarityTransformTests
{
    [TestMethod]
    public void Sample_Nothing_GivesTheMiddleOfTheWindow()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(12);
        AssertEqual(windows.narrow(2, 2, 8).narrow(3, 2, 8), Sample(windows));
    }

    [TestMethod]
    public void Sample_TurnedByAQuarter_IsExact()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(8);
        AssertEqual(windows.rot90(1, (2, 3)), Sample(windows, angle: Math.PI / 2));
    }

    [TestMethod]
    public void Sample_MovedByTwoPixels_ShowsWhatLiesThere()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(12);
        AssertEqual(windows.narrow(2, 4, 8).narrow(3, 0, 8), Sample(windows, down: 0.25, right: -0.25));
    }

    [TestMethod]
    public void Sample_ScaledByTwo_ShowsMeansOfFourPixels()
    {
        using var scope = NewDisposeScope();
        var windows = Windows(16);
        AssertEqual(nn.functional.avg_pool2d(windows, 2), Sample(windows, scale: 2));
    }

    [TestMethod]
    [DataRow(32, 0.2, 1.4, 20.0)]
    [DataRow(9, 0.0, 1.0, 180.0)]
    public void SmallestWindow_HoldsTheWorstPatch_AndTwoPixelsLessDoNot(int side, double translation, double scale, double rotation)
    {
        using var scope = NewDisposeScope();
        var window = SimilarityTransform.SmallestWindow(side, translation, scale, rotation);
        var angle = Math.Min(rotation, 45) * Math.PI / 180;
        var worst = tensor([(float)translation, (float)translation, (float)scale, (float)angle], [1, 4]);
        Assert.AreEqual(1, SimilarityTransform.Sample(ones(1, 1, window, window), side, worst).min().ToDouble(), 1e-5);
        Assert.IsLessThan(0.999, SimilarityTransform.Sample(ones(1, 1, window - 2, window - 2), side, worst).min().ToDouble());
    }

    private static Tensor Sample(Tensor windows, double down = 0, double right = 0, double scale = 1, double angle = 0) =>
        SimilarityTransform.Sample(windows, 8, tensor([(float)down, (float)right, (float)scale, (float)angle], [1, 4]));

    private static Tensor Windows(int side)
    {
        using var generator = new Generator(1);
        return rand([1, 2, side, side], generator: generator);
    }

    private static void AssertEqual(Tensor expected, Tensor actual)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        Assert.IsLessThan(1e-5, (expected - actual).abs().max().ToDouble());
    }
}
