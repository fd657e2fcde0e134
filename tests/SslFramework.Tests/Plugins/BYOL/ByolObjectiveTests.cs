using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.BYOL;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BYOL;

[TestClass]
public class ByolObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    private static readonly ByolOptions Small = new() { HiddenDimension = 16, Dimension = 8 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    [TestMethod]
    public void TargetSide_HasAProjectorAndNoPredictor()
    {
        using var scope = NewDisposeScope();
        var keys = New().state_dict().Keys.ToArray();
        Assert.IsTrue(keys.Any(key => key.StartsWith("predictor.", StringComparison.Ordinal)));
        CollectionAssert.AreEquivalent(
            keys.Where(key => key.Split('.')[0] is "backbone" or "projector").Select(key => $"target.{key}").ToArray(),
            keys.Where(key => key.StartsWith("target.", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    [DataRow("projector", 9_449_472)]
    [DataRow("predictor", 2_109_440)]
    public void Heads_BehindAResNet50_HaveAsManyParametersAsTheAuthors(string head, long expected)
    {
        using var scope = NewDisposeScope();
        using var objective = New(new ByolOptions(), new TestBackbones(() => new PlainBackbone(featureDimension: 2048)));
        Assert.AreEqual(expected, MocoV1GoldenTests.Child(objective, head).parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    public void FirstLoss_PredictionsKnowNothingOfTheirTargets_IsAboutFour()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new ByolOptions { HiddenDimension = 512 });
        Assert.AreEqual(4, Loss(objective, TestSteps.Batch(2, Shape, 64)), 0.6);
    }

    [TestMethod]
    public void Loss_ViewsSwapped_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), TestSteps.Batch(2, Shape, 16));
        var swapped = new ViewBatch([batch.Views[1], batch.Views[0]], batch.Indices);
        Assert.AreEqual(Loss(objective, batch), Loss(objective, swapped), 1e-5);
    }

    [TestMethod]
    public void Loss_LongerPredictionsAndTargets_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), TestSteps.Batch(2, Shape, 16));
        var before = Loss(objective, batch);
        using (no_grad())
        {
            objective.state_dict()["predictor.3.weight"].mul_(5);
            objective.state_dict()["target.projector.3.weight"].mul_(3);
        }

        Assert.AreEqual(before, Loss(objective, batch), 1e-5);
    }

    /// <summary>The authors' update, written out: loss and gradient of the online network, its step, then the target's move.</summary>
    [TestMethod]
    public void Steps_BesideTheAuthorsUpdate_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var options = Small with { Momentum = 0.8 };
        var (ours, authors) = (New(options).to(float64), New(options).to(float64));
        authors.load_state_dict(ours.state_dict());
        for (var s = 0; s < 5; s++)
        {
            var (step, batch) = (TestSteps.At(s), TestSteps.Batch(2, Shape, 8, s + 1, type: ScalarType.Float64));
            var loss = ours.ComputeLoss(batch, step).Loss;
            MoCoBackbones.Descend(ours, loss, 0.1);
            ours.AfterUpdate(step);

            Tensor Prediction(Tensor view) => MocoV1GoldenTests.Child(authors, "predictor").call(
                MocoV1GoldenTests.Child(authors, "projector").call(authors.Backbone.Forward(view)));
            Tensor Target(Tensor view) => MocoV1GoldenTests.Child(authors, "target").call(view).detach();
            Tensor Distance(Tensor x, Tensor y) =>
                ((x / x.norm(1, keepdim: true)) - (y / y.norm(1, keepdim: true))).pow(2).sum(-1);

            var expected = (Distance(Prediction(batch.Views[0]), Target(batch.Views[1]))
                + Distance(Prediction(batch.Views[1]), Target(batch.Views[0]))).mean();
            MoCoBackbones.Descend(authors, expected, 0.1);
            MoveTarget(authors, 1 - ((1 - 0.8) * (Math.Cos(Math.PI * s / step.TotalSteps) + 1) / 2));

            Assert.AreEqual(expected.item<double>(), loss.item<double>(), 1e-10, $"step {s}");
        }
    }

    [TestMethod]
    public void AfterUpdate_MomentumOfAStep_IsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("schedules_more.json").GetProperty("byol").GetProperty("momentum");
        var total = golden.GetProperty("steps").GetInt64();
        var objective = New(Small with { Momentum = golden.GetProperty("base").GetDouble() }).to(float64);
        var (online, target) = (objective.state_dict()["backbone.conv.weight"], objective.state_dict()["target.backbone.conv.weight"]);
        foreach (var at in golden.GetProperty("at").EnumerateObject())
        {
            using (no_grad())
            {
                online.fill_(1);
                target.fill_(0);
            }

            objective.AfterUpdate(new StepContext(long.Parse(at.Name), total, 0, 1, new StepRandom(0, 0), SingleReplica.Instance));
            Assert.AreEqual(1 - at.Value.GetDouble(), target.mean().item<double>(), 1e-12, $"step {at.Name}");
        }
    }

    [TestMethod]
    public void AfterUpdate_MomentumZero_TargetBecomesTheOnlineNetwork()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small with { Momentum = 0 });
        MoCoBackbones.Descend(objective, objective.ComputeLoss(TestSteps.Batch(2, Shape, 8), TestSteps.At(0)).Loss, 0.1);
        var parameters = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.IsFalse(Equal("projector.0.weight"), "the optimizer moves the online network alone");

        objective.AfterUpdate(TestSteps.At(0));

        Assert.IsTrue(parameters.Keys.Where(key => key.Split('.')[0] is "backbone" or "projector").All(Equal));

        bool Equal(string key) => parameters[$"target.{key}"].allclose(parameters[key], 1e-6, 1e-7);
    }

    [TestMethod]
    public void LearningRates_OfThePaper_AreTheAuthors()
    {
        var golden = Golden.Open("schedules_more.json").GetProperty("byol").GetProperty("learning_rate");
        var options = new CosineOptions
        {
            LearningRate = golden.GetProperty("base").GetDouble(),
            Scaling = LearningRateScaling.Linear,
            WarmupEpochs = golden.GetProperty("warmup_steps").GetDouble(), // of one step each
        };
        var run = new RunLength(golden.GetProperty("steps").GetDouble(), golden.GetProperty("batch").GetInt32());
        var schedule = new CosineSchedule(options, run);
        foreach (var at in golden.GetProperty("at").EnumerateObject())
        {
            Assert.AreEqual(at.Value.GetDouble(), schedule.LearningRate(double.Parse(at.Name)), 1e-12, $"step {at.Name}");
        }
    }

    [TestMethod]
    public void Training_NoisyViewsOfSixtyFourImages_PredictsAndDoesNotCollapse()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = new ByolOptions { HiddenDimension = 64, Dimension = 16, Momentum = 0.9 };
        var objective = New(options, new TestBackbones(() => new TestBackbone(1, 16)));
        objective.train();
        using var optimizer = optim.Adam(objective.parameters().Where(p => p.requires_grad).ToArray(), 3e-3);
        var images = TestSteps.Batch(1, Shape, 64).Single();
        var (loss, deviation) = (double.NaN, double.NaN);
        for (var s = 0; s < 150; s++)
        {
            using var inner = NewDisposeScope();
            var step = new StepContext(s, 150, s, 150, new StepRandom(1, s), SingleReplica.Instance);
            objective.zero_grad();
            var result = objective.ComputeLoss(
                MoCoBackbones.NoisyViews(images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 2, seed: s), step);
            result.Loss.backward();
            optimizer.step();
            objective.AfterUpdate(step);
            (loss, deviation) = (result.Loss.ToDouble(), MoCoBackbones.Metric(result, "embeddingDeviation"));
        }

        Assert.IsLessThan(1, loss);
        Assert.IsGreaterThan(0.3, deviation);
    }

    private static ByolObjective New(ByolOptions? options = null, TestBackbones? backbones = null) =>
        new(options ?? Small, backbones ?? new TestBackbones(() => new TestBackbone()));

    private static double Loss(ByolObjective objective, ViewBatch batch)
    {
        using var scope = NewDisposeScope();
        return objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>();
    }

    private static void MoveTarget(nn.Module objective, double momentum)
    {
        using var gradient = no_grad();
        var parameters = objective.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var (name, target) in parameters.Where(p => p.Key.StartsWith("target.", StringComparison.Ordinal)))
        {
            target.copy_(target + ((1 - momentum) * (parameters[name["target.".Length..]] - target)));
        }
    }
}
