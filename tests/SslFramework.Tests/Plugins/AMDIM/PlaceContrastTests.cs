using SslFramework.Core.Distributed;
using SslFramework.Plugins.AMDIM;
using TorchSharp;

namespace SslFramework.Tests.Plugins.AMDIM;

[TestClass]
public class PlaceContrastTests
{
    private static readonly PlaceContrast Papers = new(20, 0.05);

    /// <summary>Beside the authors' code, in float64, on scores far beyond the clip.</summary>
    [TestMethod]
    public void Loss_OfTheReferenceBeyondTheClip_IsMet()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("predictive.json", "amdim_clip");
        var (sources, targets) = (golden.Input("src").requires_grad_(true), golden.Input("trg").requires_grad_(true));

        var loss = Papers.Loss(PlaceContrast.Scores(sources, Maps(targets)), rank: 0);
        (loss.Nce + loss.Penalty).backward();

        Golden.AssertClose(golden["nce"].EnumerateArray().Average(value => -value.GetDouble()), loss.Nce.ToDouble(), 1e-9, "NCE");
        Golden.AssertClose(golden.Number("lgt_reg"), loss.Penalty.ToDouble(), 1e-7, "penalty");
        golden.AssertLoss(loss.Nce + loss.Penalty);
        golden.AssertGradients(("src", sources), ("trg", targets));
    }

    [TestMethod]
    public void Loss_ExampleByHand_IsItsNumbers()
    {
        using var scope = NewDisposeScope();
        var sources = tensor(new double[] { 1, 1, 1, 1, 1, -1, 1, -1 }, [2, 4]);
        var scores = PlaceContrast.Scores(sources, (sources * 2).view(2, 4, 1, 1));
        var loss = Papers.Loss(scores, rank: 0);
        var expected = Golden.Open("examples.json").GetProperty("values").GetProperty("amdim (nce, positive before the clip, penalty)");
        Golden.AssertValues(expected, stack([loss.Nce, scores[0, 0, 0], loss.Penalty]), 1e-7, "example");
        Assert.AreEqual(1, loss.Accuracy.ToDouble());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Loss_AgainstALiteralVersion_IsEqual(int rank)
    {
        using var scope = NewDisposeScope();
        var (sources, targets) = (Golden.Tensor("s", [2, 5], 9).to(float64), Golden.Tensor("t", [4, 5, 2, 3], 9).to(float64));
        var (expected, penalty) = (0.0, 0.0);
        for (var i = 0; i < 2; i++)
        {
            var own = (2 * rank) + i;
            var negatives = 0.0;
            for (var j = 0; j < 4; j++)
            {
                for (var place = 0; place < 6; place++)
                {
                    penalty += 0.05 * Raw(i, j, place) * Raw(i, j, place) / (2 * 4 * 6);
                    negatives += j == own ? 0 : Math.Exp(Clipped(i, j, place));
                }
            }

            for (var place = 0; place < 6; place++)
            {
                var positive = Math.Exp(Clipped(i, own, place));
                expected -= Math.Log(positive / (positive + negatives)) / (2 * 6);
            }
        }

        var loss = Papers.Loss(PlaceContrast.Scores(sources, targets), rank);
        Assert.AreEqual(expected, loss.Nce.ToDouble(), 1e-12);
        Assert.AreEqual(penalty, loss.Penalty.ToDouble(), 1e-12);

        double Raw(int i, int j, int place) => (sources[i] * targets[j, .., place / 3, place % 3]).sum().ToDouble() / Math.Sqrt(5);
        double Clipped(int i, int j, int place) => 20 * Math.Tanh(Raw(i, j, place) / 20);
    }

    /// <summary>Both directions, three pairs of scales and their penalties, beside the authors' code in float64.</summary>
    [TestMethod]
    public void Compare_ScalesOfTheReference_IsItsLoss()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("predictive.json", "amdim_loss");
        string[] names = ["s1", "s5", "t1", "t5", "a5", "a7", "b5", "b7"];
        var x = names.ToDictionary(name => name, name => golden.Input(name).requires_grad_(true));

        var result = AmdimObjectiveTests.New().Compare(
            new(x["s1"], Maps(x["a5"]), Maps(x["a7"]), x["s5"]), new(x["t1"], Maps(x["b5"]), Maps(x["b7"]), x["t5"]), SingleReplica.Instance);
        result.Loss.backward();

        golden.AssertLoss(result.Loss);
        var metrics = result.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value.ToDouble());
        foreach (var (theirs, ours) in new[] { ("1t5", "nceToFive"), ("1t7", "nceToSeven"), ("5t5", "nceLocal"), ("lgt_reg", "penalty") })
        {
            Golden.AssertClose(golden.Number(theirs), metrics[ours], 1e-9, theirs);
        }

        golden.AssertGradients([.. x.Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>From the authors' [D, N · L] to maps [N, D, L, 1].</summary>
    private static Tensor Maps(Tensor targets) => targets.view(targets.shape[0], 5, -1, 1).transpose(0, 1);
}
