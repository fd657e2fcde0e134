using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

[TestClass]
internal class MemoryBankObjectiveTests
{
    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(MoCoBackbones.Convolution), views: 1, MoCoBackbones.Shape)
    {
        CreateForReplicas = () => New(MoCoBackbones.WithoutBatchStatistics),
    }.VerifyAll();

    [TestMethod]
    public void Bank_AfterAStep_HasMixedTheQueriesInAndNothingElse()
    {
        using var scope = NewDisposeScope();
        var objective = New(MoCoBackbones.WithoutBatchStatistics);
        var bank = objective.state_dict()["bank"];
        Assert.IsTrue(bank.norm(1).allclose(ones(64)), "unit rows at the start");
        var before = bank.clone();
        long[] rows = [9, 3, 60, 0];
        var view = TestSteps.Batch(1, MoCoBackbones.Shape, rows.Length).Single();

        objective.ComputeLoss(new ViewBatch([view], rows), TestSteps.At(0));
        Assert.IsTrue(bank.eq(before).all().ToBoolean(), "not before the step is taken");
        objective.AfterUpdate(TestSteps.At(0));

        var query = nn.functional.normalize(
            MocoV1GoldenTests.Child(objective, "projector").call(objective.Backbone.Forward(view)));
        for (var row = 0; row < 64; row++)
        {
            var n = Array.IndexOf(rows, row);
            var expected = n < 0 ? before[row] : nn.functional.normalize(((before[row] + query[n]) / 2).unsqueeze(0))[0];
            Assert.IsTrue(bank[row].allclose(expected, rtol: 0, atol: 1e-6), $"row {row}");
        }
    }

    /// <summary>It is too large to be given back, so that it must not be touched before.</summary>
    [TestMethod]
    public void Bank_AStepThatIsNotTaken_LeavesItAsItWas()
    {
        using var scope = NewDisposeScope();
        var objective = New(MoCoBackbones.WithoutBatchStatistics);
        var bank = objective.state_dict()["bank"];
        var before = bank.clone();
        var view = TestSteps.Batch(1, MoCoBackbones.Shape, 4).Single();
        objective.ComputeLoss(new ViewBatch([view * float.NaN], [9, 3, 60, 0]), TestSteps.At(0));
        Assert.IsTrue(bank.eq(before).all().ToBoolean());

        objective.ComputeLoss(new ViewBatch([view], [1, 2, 4, 5]), TestSteps.At(1));
        objective.AfterUpdate(TestSteps.At(1));
        Assert.IsTrue(bank.isfinite().all().ToBoolean());
        Assert.AreEqual(4, bank.ne(before).any(1).sum().ToInt64(), "rows of the step that was taken alone");
    }

    [TestMethod]
    public void Positive_IsTheImagesOwnEntry()
    {
        using var scope = NewDisposeScope();
        var objective = New(MoCoBackbones.WithoutBatchStatistics);
        var view = TestSteps.Batch(1, MoCoBackbones.Shape, 2).Single();
        var query = nn.functional.normalize(
            MocoV1GoldenTests.Child(objective, "projector").call(objective.Backbone.Forward(view)));
        var expected = (query * objective.state_dict()["bank"].index_select(0, tensor(new long[] { 40, 7 }))).sum(1).mean().item<float>();

        var result = objective.ComputeLoss(new ViewBatch([view], [40, 7]), TestSteps.At(0));

        Assert.AreEqual(expected, MoCoBackbones.Metric(result, "positiveSimilarity"), 1e-6);
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreToldApart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();
        var (accuracy, loss) = MoCoBackbones.Train(New(MoCoBackbones.Convolution), 200, 3e-3, s => MoCoBackbones.NoisyViews(
            images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 1, seed: s));
        Assert.IsGreaterThan(0.75, accuracy, "a query's own entry may be drawn as a negative, and then wins half the time");
        Assert.IsLessThan(Math.Log(33) - 2, loss);
    }

    private static MemoryBankObjective New(TestBackbones backbones) =>
        new(new MemoryBankOptions { Dimension = 16, Negatives = 32, Temperature = 0.2 }, backbones, new DataInfo(64, 1));
}
