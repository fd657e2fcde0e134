using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

[TestClass]
internal class MocoV3ObjectiveTests
{
    private static readonly MocoV3Options Small = new() { HiddenDimension = 16, Dimension = 8 };

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, MoCoBackbones.Shape)
    {
        CreateForReplicas = () => New(
            Small with { HiddenNorm = HeadNorm.None, ProjectorNorm = HeadNorm.None }, MoCoBackbones.WithoutBatchStatistics),
    }.VerifyAll();

    [TestMethod]
    public void MomentumSide_HasAProjectorAndNoPredictor()
    {
        using var scope = NewDisposeScope();
        var keys = New().state_dict().Keys.ToArray();
        Assert.IsTrue(keys.Any(k => k.StartsWith("predictor.", StringComparison.Ordinal)));
        CollectionAssert.AreEquivalent(
            keys.Where(k => k.StartsWith("backbone.", StringComparison.Ordinal) || k.StartsWith("projector.", StringComparison.Ordinal))
                .Select(k => $"key.{k}").ToArray(),
            keys.Where(k => k.StartsWith("key.", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void Loss_ViewsSwapped_IsTheSame()
    {
        using var scope = NewDisposeScope();
        var (objective, batch) = (New(), Batch(16));
        var swapped = new ViewBatch([batch.Views[1], batch.Views[0]], batch.Indices);
        Assert.AreEqual(Loss(objective, batch), Loss(objective, swapped), 1e-5);
    }

    [TestMethod]
    [DataRow(1.0, 2, HeadNorm.None)]
    [DataRow(0.2, 3, HeadNorm.Plain)]
    public void FirstLoss_UntrainedPredictor_IsThatOfNoInformation(double temperature, int layers, HeadNorm norm)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var options = new MocoV3Options
        {
            ProjectorLayers = layers,
            PredictorNorm = norm,
            Temperature = temperature,
            HiddenDimension = 512,
        };
        var objective = New(options);
        objective.train();
        Assert.AreEqual(4 * temperature * Math.Log(256), Loss(objective, Batch(256)), 0.02 * 4 * temperature * Math.Log(256));
    }

    /// <summary>The authors move the momentum encoder between a step's queries and its keys; we do at the end of the step before.</summary>
    [TestMethod]
    public void Steps_BesideTheAuthorsOrder_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var options = Small with { Momentum = 0.9, Temperature = 0.2 };
        var (ours, authors) = (New(options).to(float64), New(options).to(float64));
        authors.load_state_dict(ours.state_dict());
        for (var s = 0; s < 6; s++)
        {
            var (step, batch) = (TestSteps.At(s), TestSteps.Batch(2, MoCoBackbones.Shape, 8, s + 1, type: ScalarType.Float64));
            var loss = ours.ComputeLoss(batch, step).Loss;
            MoCoBackbones.Descend(ours, loss, 0.1);
            ours.AfterUpdate(step);

            Tensor Query(Tensor view) => nn.functional.normalize(MocoV1GoldenTests.Child(authors, "predictor").call(
                MocoV1GoldenTests.Child(authors, "projector").call(authors.Backbone.Forward(view))));
            Tensor Key(Tensor view) => MocoV1GoldenTests.Child(authors, "key").call(view).detach();
            Tensor Contrast(Tensor query, Tensor key) =>
                nn.functional.cross_entropy(einsum("nc,mc->nm", query, key) / 0.2, arange(8)) * (2 * 0.2);

            var (q1, q2) = (Query(batch.Views[0]), Query(batch.Views[1]));
            MoCoBackbones.MoveKeyEncoder(authors, 1 - (0.5 * (1 + Math.Cos(Math.PI * step.Epoch / step.TotalEpochs)) * (1 - 0.9)));
            var (k1, k2) = (Key(batch.Views[0]), Key(batch.Views[1]));
            var expected = Contrast(q1, k2) + Contrast(q2, k1);
            MoCoBackbones.Descend(authors, expected, 0.1);

            Assert.AreEqual(expected.item<double>(), loss.item<double>(), 1e-10, $"step {s}");
        }
    }

    [TestMethod]
    [DataRow(0, 0.99)]
    [DataRow(50, 0.995)]
    [DataRow(100, 1.0)]
    public void AfterUpdate_MomentumOfTheComingStep_GrowsAlongTheCosine(int comingStep, double momentum)
    {
        using var scope = NewDisposeScope();
        var objective = New();
        var key = objective.state_dict()["key.backbone.conv.weight"];
        using (no_grad())
        {
            objective.state_dict()["backbone.conv.weight"].add_(1);
        }

        var before = key.clone();
        objective.AfterUpdate(new StepContext(comingStep - 1, 100, 0, 1, new StepRandom(0, 0), SingleReplica.Instance));

        Assert.AreEqual(1 - momentum, (key - before).mean().item<float>(), 1e-6);
        Assert.AreEqual(momentum, MomentumSchedule.Cosine(0.99, comingStep / 100.0), 1e-12);
    }

    [TestMethod]
    public void PatchEmbedding_Frozen_StaysTheSameInBothEncoders()
    {
        using var scope = NewDisposeScope();
        var objective = New(backbones: new TestBackbones(() => new SslFramework.Core.Backbones.Transformers.VisionTransformer(
            new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 1, Heads = 2, FreezePatchEmbedding = true }, new DataInfo(8, 1))));
        var start = objective.state_dict()["backbone.patch_embed.proj.weight"].clone();

        MoCoBackbones.Train(objective, 5, 1e-2, s => Batch(8, s));

        var state = objective.state_dict();
        Assert.IsTrue(state["backbone.patch_embed.proj.weight"].eq(start).all().ToBoolean());
        Assert.IsTrue(state["key.backbone.patch_embed.proj.weight"].eq(start).all().ToBoolean());
        Assert.IsFalse(state["key.backbone.norm.weight"].eq(ones(16)).all().ToBoolean(), "the rest moves");
    }

    [TestMethod]
    public void Training_SixtyFourImages_AreToldApart()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new MocoV3Options { HiddenDimension = 64, Dimension = 16, Temperature = 0.2, Momentum = 0.9 });
        var images = TestSteps.Batch(1, MoCoBackbones.Shape, 64).Single();

        var (accuracy, loss) = MoCoBackbones.Train(objective, 150, 3e-3, s => MoCoBackbones.NoisyViews(
            images, [.. Enumerable.Range(0, 64).Select(i => (long)i)], 2, seed: s));

        Assert.IsGreaterThan(0.9, accuracy);
        Assert.IsLessThan(4 * 0.2 * (Math.Log(64) - 1.5), loss);
    }

    private static MocoV3Objective New(MocoV3Options? options = null, TestBackbones? backbones = null) =>
        new(options ?? Small, backbones ?? MoCoBackbones.Convolution);

    private static ViewBatch Batch(int count, long seed = 1) => TestSteps.Batch(2, MoCoBackbones.Shape, count, seed);

    private static double Loss(MocoV3Objective objective, ViewBatch batch)
    {
        using var scope = NewDisposeScope();
        return objective.ComputeLoss(batch, TestSteps.At(0)).Loss.item<float>();
    }
}
