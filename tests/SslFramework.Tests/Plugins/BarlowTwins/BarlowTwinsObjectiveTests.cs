using SslFramework.Plugins.BarlowTwins;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BarlowTwins;

[TestClass]
public class BarlowTwinsObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    [TestMethod]
    public void Projector_OfThePaper_HasAsManyParametersAsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var backbones = new TestBackbones(() => new PlainBackbone(featureDimension: 2048));
        using var objective = new BarlowTwinsObjective(new BarlowTwinsOptions(), backbones);
        var projector = objective.named_parameters().Where(p => p.name.StartsWith("projector.", StringComparison.Ordinal));
        Assert.AreEqual(151_027_712, projector.Sum(p => p.parameter.numel()));
    }

    [TestMethod]
    public void Loss_ViewsSwapped_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), TestSteps.Batch(2, Shape, 16));
        var swapped = new ViewBatch([batch.Views[1], batch.Views[0]], batch.Indices);
        Assert.AreEqual(Loss(objective, batch), Loss(objective, swapped), 1e-4);
    }

    [TestMethod]
    public void Loss_EqualViews_IsTheRedundancyAlone()
    {
        using var scope = NewDisposeScope();
        var view = TestSteps.Batch(1, Shape, 16).Single();
        var result = New().ComputeLoss(new ViewBatch([view, view], [.. Enumerable.Range(0, 16).Select(i => (long)i)]), TestSteps.At(0));
        Assert.AreEqual(1, Metric(result, "correlation"), 1e-2);
        Assert.AreEqual(Metric(result, "offDiagonal"), result.Loss.item<float>(), 1e-2);
    }

    [TestMethod]
    public void Loss_OneImage_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => New().ComputeLoss(TestSteps.Batch(2, Shape, 1), TestSteps.At(0)));
        StringAssert.Contains(error.Message, "\"training.batchSize\"");
    }

    [TestMethod]
    public void Training_SixtyFourImages_BecomeAlikeInBothViewsAndIndependentInNumbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new BarlowTwinsOptions { HiddenDimension = 32, Dimension = 8, Lambda = 0.1 });
        var images = TestSteps.Batch(1, Shape, 64).Single();
        var noise = TestSteps.Batch(2, Shape, 64, seed: 2).Views;
        var batch = new ViewBatch([.. noise.Select(n => images + (n * 0.1))], [.. Enumerable.Range(0, 64).Select(i => (long)i)]);

        Overfitting.Loss(objective, batch, steps: 100, learningRate: 3e-3);
        var result = objective.ComputeLoss(batch, TestSteps.At(0));

        Assert.IsGreaterThan(0.9, Metric(result, "correlation"));
        Assert.IsLessThan(0.1 * 8 * 7 * 0.05, Metric(result, "offDiagonal"), "correlations below √0.05 on average");
    }

    private static BarlowTwinsObjective New(BarlowTwinsOptions? options = null) => new(
        options ?? new BarlowTwinsOptions { HiddenDimension = 16, Dimension = 8 }, new TestBackbones(() => new TestBackbone(1, 16)));

    private static double Loss(BarlowTwinsObjective objective, ViewBatch batch) =>
        objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>();

    private static double Metric(StepResult result, string name) => result.Metrics.Single(m => m.Name == name).Value.item<float>();
}
