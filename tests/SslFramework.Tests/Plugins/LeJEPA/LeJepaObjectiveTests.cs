using SslFramework.Plugins.LeJEPA;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.LeJEPA;

[TestClass]
public class LeJepaObjectiveTests
{
    private static readonly ViewShape Large = new(1, 8, 8);
    private static readonly ViewShape Small = new(1, 6, 6);
    private static readonly LeJepaOptions Tiny = new() { HiddenDimension = 16, Dimension = 8, Directions = 16 };

    [TestMethod]
    public void Objective_ContractWithFourEqualViews_Holds() => new ObjectiveContract(() => New(), views: 4, Large).VerifyAll();

    [TestMethod]
    public void Objective_ContractWithMultiCrop_Holds() =>
        new ObjectiveContract(() => New(), Large, Large, Small, Small, Small).VerifyAll();

    [TestMethod]
    public void Objective_ContractWithMultiCropAndATransformer_Holds() => new ObjectiveContract(
        () => new LeJepaObjective(Tiny, MoCoBackbones.WithoutBatchStatistics), Large, Large, new ViewShape(1, 4, 4)).VerifyAll();

    [TestMethod]
    public void Loss_SmallViewsFirst_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), TestSteps.Batch([Large, Large, Small], 8));
        var smallFirst = new ViewBatch([batch.Views[2], batch.Views[0], batch.Views[1]], batch.Indices);
        Assert.AreEqual(Loss(objective, batch), Loss(objective, smallFirst));
    }

    [TestMethod]
    public void Center_OfViewsOfTwoSizes_IsThatOfTheLargest()
    {
        using var scope = NewDisposeScope();
        var (batch, state) = (TestSteps.Batch([Small, Large, Large], 8), New().state_dict());
        double LossOf(int? globalViews) => Loss(New(Tiny with { GlobalViews = globalViews }, state), batch);
        double[] losses = [LossOf(null), LossOf(1), LossOf(2), LossOf(3)];
        Assert.AreEqual(losses[0], losses[2], "there are two large ones");
        Assert.HasCount(3, losses.Distinct());
    }

    [TestMethod]
    public void Center_OfEqualViews_IsThatOfAll()
    {
        using var scope = NewDisposeScope();
        var (batch, state) = (TestSteps.Batch(3, Large, 8), New().state_dict());
        Assert.AreEqual(Loss(New(state: state), batch), Loss(New(Tiny with { GlobalViews = 3 }, state), batch));
        Assert.AreNotEqual(Loss(New(state: state), batch), Loss(New(Tiny with { GlobalViews = 2 }, state), batch));
    }

    [TestMethod]
    [DataRow(1, null)]
    [DataRow(3, 4)]
    public void Loss_TooFewViews_IsRefused(int views, int? globalViews)
    {
        using var scope = NewDisposeScope();
        var objective = New(Tiny with { GlobalViews = globalViews });
        var batch = TestSteps.Batch(views, Large, 8);
        var error = Assert.ThrowsExactly<ExperimentException>(() => objective.ComputeLoss(batch, TestSteps.At(0)));
        StringAssert.Contains(error.Message, $"but the augmentation makes {views}");
    }

    [TestMethod]
    public void Directions_OfEachStep_AreNew()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(Tiny with { Lambda = 1 }), TestSteps.Batch(2, Large, 8));
        Assert.AreEqual(Loss(objective, batch, step: 0), Loss(objective, batch, step: 0));
        Assert.AreNotEqual(Loss(objective, batch, step: 0), Loss(objective, batch, step: 1));
    }

    [TestMethod]
    public void Figures_ForViewsOfSeveralSizes_ShowTwoOfOneSize()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Assert.HasCount(1, objective.DrawFigures(TestSteps.Batch([Small, Large, Large], 4), TestSteps.At(0)));
        Assert.IsEmpty(objective.DrawFigures(TestSteps.Batch([Small, Large], 4), TestSteps.At(0)), "no two views fit into one picture");
    }

    /// <summary>SIGReg keeps embeddings apart: without it, all images end at one place.</summary>
    [TestMethod]
    [DataRow(0.2, 0.5, 1.5)]
    [DataRow(0, 0, 0.05)]
    public void Training_WithAndWithoutSigReg_IsSpreadOrCollapses(double lambda, double least, double most)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Tiny with { HiddenDimension = 32, Lambda = lambda });
        var images = TestSteps.Batch(1, Large, 64).Single();
        var noise = TestSteps.Batch(3, Large, 64, seed: 2);
        var batch = new ViewBatch([.. noise.Views.Select(n => images + (n * 0.1))], noise.Indices);
        var embed = (nn.Module<Tensor, Tensor>)objective.named_children().Single(child => child.name == "projector").module;

        Overfitting.Loss(objective, batch, steps: 150, learningRate: 1e-2);
        var deviation = embed.call(objective.Backbone.Forward(images)).std(0).mean().item<float>();

        Assert.IsInRange(least, most, deviation);
    }

    private static LeJepaObjective New(LeJepaOptions? options = null, Dictionary<string, Tensor>? state = null)
    {
        var objective = new LeJepaObjective(options ?? Tiny, new TestBackbones(() => new TestBackbone(1, 16)));
        if (state is not null)
        {
            objective.load_state_dict(state);
        }

        return objective;
    }

    private static double Loss(LeJepaObjective objective, ViewBatch batch, long step = 0) =>
        objective.ComputeLoss(batch, TestSteps.At(step)).Loss.item<float>();
}
