using SslFramework.Core.Optimization;
using SslFramework.Plugins.SimSiam;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SimSiam;

[TestClass]
public class SimSiamObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    private static readonly SimSiamOptions Small = new() { ProjectorHidden = 16, Dimension = 16, PredictorHidden = 4 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    [TestMethod]
    [DataRow("projector", 12_593_152)]
    [DataRow("predictor", 2_100_224)]
    public void Heads_BehindAResNet50_HaveAsManyParametersAsTheAuthors(string head, long expected)
    {
        using var scope = NewDisposeScope();
        using var objective = New(new SimSiamOptions(), new TestBackbones(() => new PlainBackbone(featureDimension: 2048)));
        Assert.AreEqual(expected, MocoV1GoldenTests.Child(objective, head).parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Projector_LayersAsAsked_LastBiasAloneIsNotTrained(int layers)
    {
        using var scope = NewDisposeScope();
        var projector = New(Small with { ProjectorLayers = layers }).named_parameters()
            .Where(p => p.name.StartsWith("projector.", StringComparison.Ordinal)).ToArray();

        Assert.AreEqual(layers, projector.Count(p => p.parameter.ndim == 2));
        Assert.AreEqual($"projector.{3 * (layers - 1)}.bias", projector.Single(p => !p.parameter.requires_grad).name);
    }

    [TestMethod]
    public void FirstStep_LossIsAboutZeroAndEmbeddingsPointEverywhere()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new SimSiamOptions { ProjectorHidden = 128, Dimension = 256, PredictorHidden = 64 });
        var result = objective.ComputeLoss(TestSteps.Batch(2, Shape, 64), TestSteps.At(0));
        Assert.AreEqual(0, result.Loss.item<float>(), 0.1);
        Assert.AreEqual(1, MoCoBackbones.Metric(result, "embeddingDeviation"), 0.1);
    }

    [TestMethod]
    public void Loss_ViewsSwapped_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), TestSteps.Batch(2, Shape, 16));
        var swapped = new ViewBatch([batch.Views[1], batch.Views[0]], batch.Indices);
        var (one, other) = (objective.ComputeLoss(batch, TestSteps.At(0)).Loss, objective.ComputeLoss(swapped, TestSteps.At(0)).Loss);
        Assert.AreEqual(one.item<float>(), other.item<float>(), 1e-5);
    }

    /// <summary>Algorithm 1 of the paper, in which the targets are constants.</summary>
    [TestMethod]
    public void Gradient_BesideThatOfConstantTargets_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (ours, literal) = (New().to(float64), New().to(float64));
        literal.load_state_dict(ours.state_dict());
        var batch = TestSteps.Batch(2, Shape, 8, type: ScalarType.Float64);

        ours.ComputeLoss(batch, TestSteps.At(0)).Loss.backward();
        LiteralLoss(literal, batch, stopGradient: true).backward();

        foreach (var ((name, parameter), (_, other)) in Trained(ours).Zip(Trained(literal)))
        {
            Assert.IsTrue(parameter.grad!.allclose(other.grad!, 1e-10, 1e-12), name);
        }

        static IEnumerable<(string Name, Parameter Value)> Trained(nn.Module module) =>
            module.named_parameters().Where(p => p.parameter.requires_grad);
    }

    /// <summary>
    /// Figure 2 of the paper. The views are of different images, so that nothing about one can be predicted from the other: with the
    /// gradient through the targets the network gives all images the same embedding, and the loss runs to its minimum.
    /// </summary>
    [TestMethod]
    public void StopGradient_Removed_LossRunsToMinusOne()
    {
        using var scope = NewDisposeScope();
        var (with, without) = (Train(stopGradient: true), Train(stopGradient: false));

        // The norm keeps the mean of the projections at 0: some images stay opposite to the rest, and −1 is not quite reached.
        Assert.IsLessThan(-0.75, without.Loss);
        Assert.IsLessThan(0.6, without.Deviation);
        Assert.IsGreaterThan(-0.4, with.Loss);
        Assert.IsGreaterThan(0.9, with.Deviation);

        static (double Loss, double Deviation) Train(bool stopGradient)
        {
            manual_seed(1);
            var objective = New(new SimSiamOptions { ProjectorHidden = 32, Dimension = 32, PredictorHidden = 8 });
            objective.train();
            using var optimizer = optim.SGD(objective.parameters().Where(p => p.requires_grad).ToArray(), 0.2, 0.9);
            var losses = new List<double>();
            for (var s = 0; s < 200; s++)
            {
                using var inner = NewDisposeScope();
                objective.zero_grad();
                var loss = LiteralLoss(objective, TestSteps.Batch(2, Shape, 64, seed: s), stopGradient);
                loss.backward();
                optimizer.step();
                losses.Add(loss.ToDouble());
            }

            var result = objective.ComputeLoss(TestSteps.Batch(2, Shape, 64, seed: 200), TestSteps.At(0));
            return (losses.TakeLast(20).Average(), MoCoBackbones.Metric(result, "embeddingDeviation"));
        }
    }

    [TestMethod]
    public void Training_NoisyViewsOfSixtyFourImages_PredictsAndDoesNotCollapse()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(
            new SimSiamOptions { ProjectorHidden = 32, Dimension = 32, PredictorHidden = 8 }, new TestBackbones(() => new TestBackbone(1, 16)));
        objective.train();
        using var optimizer = optim.Adam(objective.parameters().Where(p => p.requires_grad).ToArray(), 3e-3);
        var images = TestSteps.Batch(1, Shape, 64).Single();
        var (loss, deviation) = (double.NaN, double.NaN);
        for (var s = 0; s < 150; s++)
        {
            using var inner = NewDisposeScope();
            objective.zero_grad();
            var result = objective.ComputeLoss(
                MoCoBackbones.NoisyViews(images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 2, seed: s), TestSteps.At(0));
            result.Loss.backward();
            optimizer.step();
            (loss, deviation) = (result.Loss.ToDouble(), MoCoBackbones.Metric(result, "embeddingDeviation"));
        }

        Assert.IsLessThan(-0.7, loss, $"deviation {deviation}");
        Assert.IsGreaterThan(0.7, deviation, $"loss {loss}");
    }

    [TestMethod]
    public void LearningRates_OfEncoderAndPredictor_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var schedule = new CosineSchedule(
            new CosineOptions { LearningRate = 0.05, Scaling = LearningRateScaling.Linear, PerEpoch = true }, new RunLength(100, 256));
        var objective = New().to(float64);
        using var optimizer = new Sgd(new SgdOptions { Momentum = 0, WeightDecay = 0 }, NamedParameters.Of(objective, objective.Rules));
        foreach (var at in Golden.Open("schedules_more.json").GetProperty("simsiam").GetProperty("at").EnumerateObject())
        {
            using var inner = NewDisposeScope();
            var trained = objective.named_parameters().Where(p => p.parameter.requires_grad)
                .Select(p => (p.name, p.parameter, Before: p.parameter.detach().clone())).ToArray();
            foreach (var (_, parameter, before) in trained)
            {
                parameter.grad = ones_like(before); // a step moves by its rate
            }

            optimizer.Step(new(schedule.LearningRate(double.Parse(at.Name) + 0.5)) { PeakRate = schedule.Peak });

            foreach (var (name, parameter, before) in trained)
            {
                var expected = at.Value[name.StartsWith("predictor.", StringComparison.Ordinal) ? 1 : 0].GetDouble();
                Assert.AreEqual(expected, (before - parameter).mean().item<double>(), 1e-12, $"epoch {at.Name}: {name}");
            }
        }
    }

    [TestMethod]
    public void Rules_PredictorRateNotFixed_AreNone()
    {
        using var scope = NewDisposeScope();
        Assert.HasCount(0, New(Small with { FixPredictorRate = false }).Rules);
    }

    private static SimSiamObjective New(SimSiamOptions? options = null, TestBackbones? backbones = null) =>
        new(options ?? Small, backbones ?? new TestBackbones(() => new TestBackbone()));

    private static Tensor LiteralLoss(SimSiamObjective objective, ViewBatch batch, bool stopGradient)
    {
        var (projector, predictor) = (MocoV1GoldenTests.Child(objective, "projector"), MocoV1GoldenTests.Child(objective, "predictor"));
        var z1 = projector.call(objective.Backbone.Forward(batch.Views[0]));
        var z2 = projector.call(objective.Backbone.Forward(batch.Views[1]));
        var (p1, p2) = (predictor.call(z1), predictor.call(z2));
        return -(nn.functional.cosine_similarity(p1, Target(z2)).mean() + nn.functional.cosine_similarity(p2, Target(z1)).mean()) * 0.5;

        Tensor Target(Tensor z) => stopGradient ? z.detach() : z;
    }
}
