using SslFramework.Core.Distributed;
using SslFramework.Core.Tensors;
using SslFramework.Plugins.InstanceDiscrimination;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.InstanceDiscrimination;

[TestClass]
public class LocalAggregationObjectiveTests
{
    private static readonly LocalAggregationOptions Small = new()
    {
        WarmUpEpochs = 0,
        Neighbors = 20,
        Clusterings = 2,
        Clusters = 4,
        Dimension = 16,
        Temperature = 0.2,
        Negatives = 32,
    };

    [TestMethod]
    [DataRow(0)]
    [DataRow(10)]
    public void Objective_InAndAfterTheWarmUp_HoldsTheContract(int warmUpEpochs) =>
        new ObjectiveContract(() => New(Small with { WarmUpEpochs = warmUpEpochs }), views: 1, MoCoBackbones.Shape).VerifyAll();

    /// <summary>Beside the authors' code, in float64.</summary>
    [TestMethod]
    public void Loss_EntriesAndClustersOfTheReference_IsTheirs()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("banks.json", "local_aggregation");
        var images = (golden.Input("offset") + (arange(4) * 5)).data<long>().ToArray();
        var x = golden.Input("x").requires_grad_(true);
        var options = Small with { Dimension = 6, Neighbors = (int)golden.Config("k"), Temperature = golden.Config("T"), Momentum = golden.Config("momentum") };
        var objective = Instances.OfVectors(options, golden.Input("memory").UnitRows());
        var state = objective.state_dict();
        state["labels"].copy_(golden.Input("labels"));

        var result = objective.ComputeLoss(new ViewBatch([x.view(4, 6, 1, 1)], images), TestSteps.At(0));
        result.Loss.backward();
        objective.AfterUpdate(TestSteps.At(0));

        golden.AssertLoss(result.Loss);
        golden.AssertGradients(("x", x));
        Golden.AssertStats(golden["new_rows"], state["bank"].index_select(0, tensor(images)), 1e-7, "rows of the bank");
    }

    [TestMethod]
    public void Loss_CasesByHand_AreTheClosedForms()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(-1e-7, Loss([0, 0, 0], Small).Loss.ToDouble(), 1e-9, "all are close");
        var alone = Loss([0, 1, 2], Small);
        Assert.AreEqual(0.551445, alone.Loss.ToDouble(), 1e-6, "its own entry alone is close");
        Assert.AreEqual(1, MoCoBackbones.Metric(alone, "closeNeighbors"), "more neighbors than entries: all of them");
    }

    [TestMethod]
    public void Loss_WithoutAnyCloseNeighbor_IsFiniteAndHasNoGradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 0.2, 0 }, [1, 3, 1, 1]).requires_grad_(true);
        var result = Loss([0, 1, 2], Small with { Neighbors = 1 }, x, image: 2); // its own entry is the farthest
        result.Loss.backward();

        Assert.AreEqual(-Math.Log(1e-7), result.Loss.ToDouble(), 1e-6, "16.118096");
        Assert.AreEqual(0, x.grad!.abs().max().ToDouble());
        Assert.AreEqual(1, MoCoBackbones.Metric(result, "withoutNeighbors"));
    }

    /// <summary>With every image in a cluster of its own and all entries as background, it is instance discrimination.</summary>
    [TestMethod]
    public void Loss_BeforeAnyClustering_IsThatOfInstanceDiscrimination()
    {
        using var scope = NewDisposeScope();
        var bank = Golden.Tensor("bank", [20, 6]).to(float64).UnitRows();
        var batch = new ViewBatch([Golden.Tensor("x", [4, 6, 1, 1]).to(float64)], [3, 0, 17, 9]);
        var aggregation = Instances.OfVectors(Small with { Dimension = 6 }, bank);
        var discrimination = Instances.OfVectors(
            new InstanceDiscriminationOptions { Loss = InstanceLoss.Full, Dimension = 6, Temperature = Small.Temperature }, bank);

        Assert.AreEqual(
            discrimination.ComputeLoss(batch, TestSteps.At(0)).Loss.ToDouble(),
            aggregation.ComputeLoss(batch, TestSteps.At(0)).Loss.ToDouble(),
            1e-4, "but for 1e-7");
    }

    [TestMethod]
    public void Loss_AgainstALiteralVersion_IsEqual()
    {
        using var scope = NewDisposeScope();
        var (bank, x) = (Golden.Tensor("bank", [30, 5]).to(float64).UnitRows(), Golden.Tensor("x", [3, 5]).to(float64));
        long[] images = [4, 29, 11];
        var objective = Instances.OfVectors(Small with { Dimension = 5, Neighbors = 9, Clusterings = 3 }, bank);
        var labels = Golden.Tensor("labels", [3, 30], 6, 3).to(int64);
        objective.state_dict()["labels"].copy_(labels);

        var expected = 0.0;
        for (var i = 0; i < 3; i++)
        {
            var f = x[i] / x[i].norm();
            var background = Enumerable.Range(0, 30).OrderByDescending(j => (f * bank[j]).sum().ToDouble()).Take(9).ToArray();
            var close = background.Where(j => Enumerable.Range(0, 3).Any(h => labels[h, j].ToInt64() == labels[h, images[i]].ToInt64()));
            expected -= Math.Log((close.Sum(Weight) / background.Sum(Weight)) + 1e-7) / 3;

            double Weight(int j) => Math.Exp((f * bank[j]).sum().ToDouble() / Small.Temperature);
        }

        Assert.AreEqual(expected, objective.ComputeLoss(new ViewBatch([x.view(3, 5, 1, 1)], images), TestSteps.At(0)).Loss.ToDouble(), 1e-9);
    }

    [TestMethod]
    public void BeginEpoch_AfterTheWarmUp_ClustersTheEntries()
    {
        using var scope = NewDisposeScope();
        var own = arange(40).remainder(4);
        var bank = (eye(4, dtype: float64).index_select(0, own) + (Golden.Tensor("noise", [40, 4]) / 50)).UnitRows();
        var objective = Instances.OfVectors(Small with { WarmUpEpochs = 2, Dimension = 4, Clusterings = 12 }, bank);
        var labels = objective.state_dict()["labels"];

        Begin(objective, 1);
        Assert.IsTrue(labels.eq(arange(40)).all().ToBoolean(), "each image alone in the warm-up");
        Begin(objective, 2);
        var together = labels.unsqueeze(2).eq(labels.unsqueeze(1)).to(float64).mean([0]); // how many clusterings put two images together
        var same = own.unsqueeze(1).eq(own);
        Assert.IsGreaterThan(0.8, together.masked_select(same).mean().ToDouble());
        Assert.IsLessThan(0.2, together.masked_select(same.logical_not()).mean().ToDouble());
        Assert.IsFalse(labels[0].eq(labels[1]).all().ToBoolean(), "each starts at other rows");
    }

    [TestMethod]
    public void Clusters_LeftOut_AreOnePerFortyImages_AndMoreThanImagesAreRefused()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Clusters = null }, 90);
        Begin(objective, 0);
        Assert.AreEqual(1, objective.state_dict()["labels"].max().ToInt64(), "two clusters");

        var message = Assert.ThrowsExactly<ExperimentException>(() => New(Small with { Clusters = 91 }, 90)).Message;
        Assert.Contains("lower \"clusters\"", message);
    }

    [TestMethod]
    public void Figures_SayWhichEntriesAreClose()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, 64);
        objective.state_dict()["labels"].zero_(); // one cluster of all

        var figure = objective.DrawFigures(TestSteps.Batch(1, MoCoBackbones.Shape, 2), TestSteps.At(0)).Single();

        CollectionAssert.AreEqual(new long[] { 2, 7, 1, 8, 8 }, figure.Pictures.shape);
        Assert.IsTrue(figure.Captions.Skip(1).Take(6).All(caption => caption.EndsWith("(close)", StringComparison.Ordinal) || caption.EndsWith("(itself)", StringComparison.Ordinal)));
    }

    /// <summary>Of three entries, the axes, and a query that is the first of them, unless another is given.</summary>
    private static StepResult Loss(long[] labels, LocalAggregationOptions options, Tensor? x = null, long image = 0)
    {
        var objective = Instances.OfVectors(options with { Dimension = 3, Temperature = x is null ? 1 : 0.2, Clusterings = 1, Clusters = 1 }, eye(3, dtype: float64));
        objective.state_dict()["labels"].copy_(tensor(labels));
        return objective.ComputeLoss(new ViewBatch([x ?? tensor(new[] { 1.0, 0, 0 }, [1, 3, 1, 1])], [image]), TestSteps.At(0));
    }

    private static void Begin(LocalAggregationObjective objective, int epoch)
    {
        using var gradient = no_grad();
        objective.BeginEpoch(new(epoch, 10, new StepRandom(1, -1 - epoch), SingleReplica.Instance, CPU, _ => []));
    }

    private static LocalAggregationObjective New(LocalAggregationOptions options, int images = 64) =>
        new(options, MoCoBackbones.Convolution, Instances.Source(images));
}
