using SslFramework.Plugins.Counting;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Counting;

[TestClass]
public class CountingLossTests
{
    [TestMethod]
    public void Of_TheFormulaOfThePaper_GivesItsLossAndGradients()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "counting");
        var (whole, tiles) = (golden.Input("whole").requires_grad_(), golden.Input("tiles").requires_grad_()); // [5, 7], [5, 4, 7]
        var counts = whole.relu();
        var result = CountingLoss.Of(counts, tiles.relu().transpose(0, 1), counts.roll(-1, 0), golden.Config("M"));
        result.Loss.backward();
        golden.AssertLoss(result.Loss);
        golden.AssertGradients(("whole", whole), ("tiles", tiles));
        Golden.AssertClose(golden.Number("pair_error"), result.PairError.item<double>(), 1e-9, "pair error");
        Golden.AssertClose(golden.Number("unpaired_distance"), result.UnpairedDistance.item<double>(), 1e-9, "unpaired distance");
    }

    [TestMethod]
    [DataRow(0.0, 0.0, 0.0, 10.0, DisplayName = "nothing is ever counted: the margin")]
    [DataRow(0.5, 0.5, 0.5, 10.0, DisplayName = "everything counts alike, 9 c² below the margin: the margin too")]
    [DataRow(2.0, 0.5, 6.0, 0.0, DisplayName = "perfect counts, and another image beyond the margin: 0")]
    public void Of_PlainCounts_IsWhatTheFormulaSays(double whole, double tile, double other, double expected) =>
        Assert.AreEqual(expected, Loss(whole, tile, other), 1e-9);

    [TestMethod]
    public void Of_TheExampleByHand_IsSix()
    {
        Assert.AreEqual(6, Loss(1, 0.25, 3), 1e-9); // 0 + (10 − 4)
        Golden.AssertValues(
            Golden.Open("examples.json").GetProperty("values").GetProperty("counting"), tensor(Loss(1, 0.25, 3)), 1e-9, "the example");
    }

    [TestMethod]
    public void Of_ManyCounts_IsTheLoopOverImagesAndCounts()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var counts = rand([6, 5, 4], float64, generator: generator) * 3; // whole and four tiles and another image; 5 images, 4 counts
        var total = 0.0;
        for (var n = 0; n < 5; n++)
        {
            var (paired, unpaired) = (0.0, 0.0);
            for (var k = 0; k < 4; k++)
            {
                double At(int part) => counts[part, n, k].item<double>();
                var sum = At(1) + At(2) + At(3) + At(4);
                paired += Math.Pow(At(0) - sum, 2);
                unpaired += Math.Pow(At(5) - sum, 2);
            }

            total += paired + Math.Max(0, 40 - unpaired);
        }

        Assert.AreEqual(total / 5, CountingLoss.Of(counts[0], counts.narrow(0, 1, 4), counts[5], margin: 40).Loss.item<double>(), 1e-9);
    }

    /// <summary>Of one image and one count.</summary>
    private static double Loss(double whole, double tile, double other)
    {
        using var scope = NewDisposeScope();
        return CountingLoss.Of(Of(whole, 1, 1), Of(tile, 4, 1, 1), Of(other, 1, 1), margin: 10).Loss.item<double>();

        static Tensor Of(double value, params long[] shape) => full(shape, value, float64);
    }
}
