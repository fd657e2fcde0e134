using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Engine.Training;
using SslFramework.Plugins.MoCo;
using SslFramework.Plugins.SimCLR;
using SslFramework.Testing;

namespace SslFramework.Tests.Engine.Training;

[TestClass]
internal class GradientCacheTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    [TestMethod]
    [DataRow("simclr", 4)]
    [DataRow("simclr", 5)]
    [DataRow("moco-v3", 4)]
    public void Backward_ATransformer_HasTheGradientsOfTheWholeBatch(string method, int images)
    {
        using var scope = NewDisposeScope();
        var whole = GradientsOf(method, Transformer, null);
        var portions = GradientsOf(method, Transformer, new GradientCache(images));
        Assert.AreEqual(whole.Loss, portions.Loss, 1e-6);
        Assert.IsLessThanOrEqualTo(1e-5, ((portions.Gradients - whole.Gradients).norm() / whole.Gradients.norm()).ToDouble());
    }

    [TestMethod]
    public void Backward_BatchNormAndDropPath_RunTwiceAsOnce()
    {
        // Every portion is the same images: whatever differed in the second pass would show against one portion of them.
        using var scope = NewDisposeScope();
        var backbone = new VisionTransformer(new() { ImageSize = 8, PatchSize = 4, Dimension = 8, Depth = 2, Heads = 2, DropPath = 0.5 }, new DataInfo(4, 1));
        manual_seed(1);
        var images = randn(2, 1, 8, 8);
        var weights = randn(2, 8);
        var cache = new GradientCache(1);

        manual_seed(7);
        var expected = cat([backbone.Forward(images.narrow(0, 0, 1)), backbone.Forward(images.narrow(0, 1, 1))]);
        (expected * weights).sum().backward();
        var gradients = backbone.parameters().Select(p => p.grad?.clone()).ToList();
        backbone.zero_grad();

        manual_seed(7);
        using (cache.Record())
        {
            (cache.Over(backbone).Forward(images) * weights).sum().backward();
        }

        var after = rand(1).ToSingle();
        cache.Backward(() => null);
        foreach (var (ours, wanted) in backbone.parameters().Zip(gradients))
        {
            Assert.AreEqual(wanted is null, ours.grad is null);
            Assert.IsTrue(wanted is null || ours.grad!.allclose(wanted, 0, 1e-7));
        }

        manual_seed(7);
        _ = backbone.Forward(images.narrow(0, 0, 1));
        _ = backbone.Forward(images.narrow(0, 1, 1));
        Assert.AreEqual(rand(1).ToSingle(), after, "the first pass draws as often as ever");
    }

    [TestMethod]
    public void Backward_RunningStatistics_MoveOnceAPortion()
    {
        using var scope = NewDisposeScope();
        var (once, cached) = (new TestBackbone(), new TestBackbone());
        once.load_state_dict(cached.state_dict());
        var images = randn(6, 1, 8, 8);
        foreach (var portion in images.split(2))
        {
            _ = once.Forward(portion);
        }

        var cache = new GradientCache(2);
        using (cache.Record())
        {
            cache.Over(cached).Forward(images).sum().backward();
        }

        cache.Backward(() => null);
        foreach (var ((name, expected), (_, ours)) in once.named_buffers().Zip(cached.named_buffers()))
        {
            Assert.IsTrue(ours.equal(expected).all().ToBoolean(), name);
        }
    }

    [TestMethod]
    public void Forward_OutsideOfAStep_IsTheBackbonesOwn()
    {
        using var scope = NewDisposeScope();
        var backbone = new TestBackbone();
        var features = new GradientCache(1).Over(backbone).Forward(randn(3, 1, 8, 8));
        features.sum().backward();
        Assert.IsTrue(backbone.parameters().All(p => p.grad is not null));
    }

    [TestMethod]
    public void Backward_AgainAndAgain_LeavesNothingBehind()
    {
        var backbone = new TestBackbone();
        var cache = new GradientCache(2);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
        {
            Step();
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            using (cache.Record())
            {
                cache.Over(backbone).Forward(randn(6, 1, 8, 8)).sum().backward();
            }

            cache.Backward(() => null);
        }
    }

    /// <summary>It would silently train another network, or none in portions.</summary>
    [TestMethod]
    public void Over_AnObjectiveThatAsksForMoreThanFeatures_IsRefused()
    {
        using var scope = NewDisposeScope();
        var cache = new GradientCache(2);
        var backbone = cache.Over(new TestBackbone());
        Assert.HasCount(1, backbone.ForwardLayers(randn(3, 1, 8, 8)), "evaluators may ask");
        Assert.IsNull(backbone.As<VisionTransformer>());
        using var step = cache.Record();
        foreach (var ask in new Action[] { () => backbone.ForwardLayers(randn(3, 1, 8, 8)), () => backbone.As<TestBackbone>() })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(ask);
            Assert.AreEqual(FailureKind.Config, error.Kind);
            StringAssert.Contains(error.Message, "\"training.gradientCache\" is for objectives over feature vectors");
        }
    }

    /// <summary>The state of a GPU's generator cannot be read; the meta device stands for one here.</summary>
    [TestMethod]
    public void Forward_DropoutOnAnotherDevice_IsRefused()
    {
        using var scope = NewDisposeScope();
        var backbone = new ExemplarCnn(new() { Maps = [16, 16], Hidden = 16, PatchSize = 16 }, new DataInfo(4, 1));
        var cache = new GradientCache(2);
        using var step = cache.Record();
        var error = Assert.ThrowsExactly<ExperimentException>(() => cache.Over(backbone).Forward(randn(4, 1, 16, 16, device: META)));
        StringAssert.Contains(error.Message, "\"dropout\" to 0");
        Assert.AreEqual(4, cache.Over(backbone).Forward(randn(4, 1, 16, 16)).shape[0]);
    }

    private static VisionTransformer Transformer() =>
        new(new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 2, Heads = 2 }, new DataInfo(8, 1));

    private static (double Loss, Tensor Gradients) GradientsOf(string method, Func<IBackbone> create, GradientCache? cache)
    {
        manual_seed(3);
        var backbones = new TestBackbones(() => cache is null ? create() : cache.Over(create()));
        IPretextObjective objective = method == "simclr" ? new SimClrObjective(new(), backbones) : new MocoV3Objective(new() { HiddenDimension = 32, Dimension = 16 }, backbones);
        objective.Module.train();
        StepResult result;
        using (cache?.Record())
        {
            result = objective.ComputeLoss(TestSteps.Batch(2, Shape, 8), TestSteps.At(0));
        }

        result.Loss.backward();
        cache?.Backward(() => null);
        return (result.Loss.ToDouble(), cat([.. objective.Module.parameters().Where(p => p.requires_grad).Select(p => p.grad!.flatten())]));
    }
}
