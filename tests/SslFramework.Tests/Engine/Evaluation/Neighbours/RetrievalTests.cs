using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Evaluation.Neighbours;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.Neighbours;

[TestClass]
internal class RetrievalTests
{
    [TestMethod]
    public void Measure_FourImagesByHand_IsTheMeanAveragePrecision()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(new[,] { { 1, 0 }, { .9f, .1f }, { 0, 1 }, { -1, 0 } });
        var bank = new LabelledFeatures(rows, tensor(new long[] { 0, 1, 1, 0 }), 3);
        var queries = new LabelledFeatures(tensor(new[,] { { 1, .01f }, { 0, 1 }, { 1, 0 } }), tensor(new long[] { 0, 1, 2 }), 3);

        var numbers = Retrieval.Measure(bank, queries).ToList();

        // First: 0, 1, 1, 0 → (1 + 2/4) / 2; second: 1, 1, … → 1; the third's class is not in the bank.
        Assert.AreEqual(100 * (0.75 + 1) / 2, numbers[0].Value, 1e-9);
        Assert.AreEqual(100 * 2 / 3.0, numbers[1].Value, 1e-9);
    }

    [TestMethod]
    public void Measure_FeaturesThatTellClasses_FindThem_NoiseDoesNot()
    {
        using var scope = NewDisposeScope();
        var labels = arange(90, int64).remainder(3);
        var clear = new LabelledFeatures(Golden.Tensor("rows", [90, 8]).add_(Golden.Tensor("centres", [3, 8], 8)[labels]), labels, 3);
        var noise = clear with { Values = Golden.Tensor("noise", [90, 8]) };
        Assert.IsGreaterThan(95, Retrieval.Measure(clear, clear).First().Value);
        Assert.IsLessThan(45, Retrieval.Measure(noise, noise).First().Value);
    }
}
