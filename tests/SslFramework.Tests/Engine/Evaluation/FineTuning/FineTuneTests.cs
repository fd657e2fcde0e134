using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Evaluation.FineTuning;
using SslFramework.Engine.Weights;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.FineTuning;

[TestClass]
public class FineTuneTests
{
    private static readonly FineTuneOptions Quick = new()
    {
        Epochs = 6,
        BatchSize = 32,
        LearningRate = 0.2,
        WarmupEpochs = 1,
        LayerDecay = 0.9,
        DropPath = 0.1,
        Mixup = 0,
        CutMix = 0,
        Erasing = 0,
        Probe = "generic",
    };

    private static readonly MadeImages Train = MadeImages.Separable("train", 192, 3, 2);
    private static readonly MadeImages Test = MadeImages.Separable("test", 96, 3, 2);

    [TestMethod]
    public void Evaluate_WholeBackbone_LearnsWhatFrozenFeaturesDoNotTell()
    {
        using var scope = NewDisposeScope();
        using var backbone = Vit();
        var tuned = Top1(new FineTune(Quick with { LearningRate = 0.05, Epochs = 10 }).Evaluate(backbone, Train, Test));
        Assert.IsGreaterThan(85, tuned["top-1"]);
    }

    [TestMethod]
    public void Evaluate_MeanPerClass_StandsBesideTheSameTop1_AndCountsEachClassTheSame()
    {
        using var scope = NewDisposeScope();
        using var backbone = Vit();
        var quick = Quick with { Epochs = 1 };
        var uneven = Test.Select([.. Enumerable.Range(0, Test.Count).Where(i => Test.Labels[i] != 0 || i < 12)]);
        var plain = new FineTune(quick).Evaluate(backbone, Train, uneven);
        var both = new FineTune(quick with { MeanPerClass = true }).Evaluate(backbone, Train, uneven);

        CollectionAssert.AreEqual(plain.ToArray(), both.Where(result => result.Metric != "mean per class").ToArray());
        var alone = Enumerable.Range(0, 3).Select(c =>
        {
            var own = Test.Select([.. Enumerable.Range(0, Test.Count).Where(i => Test.Labels[i] == c && (c != 0 || i < 12))]);
            return new FineTune(quick).Evaluate(backbone, Train, own)[0].Value;
        });
        Assert.AreEqual(alone.Average(), both.Single(result => result.Metric == "mean per class").Value, 1e-9);
    }

    [TestMethod]
    [DataRow("mae")]
    [DataRow("simclr")]
    public void Evaluate_Backbone_IsLeftAsItWasToTheBit(string recipe)
    {
        using var scope = NewDisposeScope();
        foreach (var backbone in new IBackbone[] { Vit(), Residual(), new TinyBackbone() })
        {
            backbone.Module.train(false);
            backbone.Module.parameters().First().requires_grad = false;
            var (weights, random) = (WeightHash.Of(backbone.Module), get_rng_state());

            new FineTune(Quick with { Recipe = recipe, Epochs = 1, Mixup = 0.8, CutMix = 1, Erasing = 0.5 }).Evaluate(backbone, Train, Test);

            Assert.AreEqual(weights, WeightHash.Of(backbone.Module));
            Assert.AreEqual(random, get_rng_state());
            Assert.IsFalse(backbone.Module.training);
            Assert.IsFalse(backbone.Module.parameters().First().requires_grad);
            Assert.IsTrue(backbone.Module.parameters().All(parameter => parameter.grad is null));
            Assert.AreEqual(0.3, (backbone as IStochasticDepth)?.DropPath ?? 0.3);
            backbone.Module.Dispose();
        }
    }

    [TestMethod]
    public void Evaluate_SeveralNumbersOfBlocks_NamesEach_AndAllEqualsEverything()
    {
        using var scope = NewDisposeScope();
        using var backbone = Vit();
        var quick = Quick with { Epochs = 1, Blocks = [0, 0.5, 1, 2, 12] };

        var partial = Top1(new FineTune(quick).Evaluate(backbone, Train, Test));
        var full = Top1(new FineTune(quick with { Blocks = null }).Evaluate(backbone, Train, Test));

        string[] names = ["top-1 (blocks=0)", "top-1 (blocks=0.5)", "top-1 (blocks=1)", "top-1 (blocks=12)", "top-1 (blocks=2)"];
        CollectionAssert.AreEqual(names, partial.Keys.Order(StringComparer.Ordinal).ToArray());
        Assert.AreEqual(full["top-1"], partial["top-1 (blocks=2)"], "there are two blocks");
        Assert.AreEqual(full["top-1"], partial["top-1 (blocks=12)"]);
    }

    [TestMethod]
    public void Evaluate_SameSeed_IsTheSameToTheBit_WhateverCameBefore()
    {
        using var scope = NewDisposeScope();
        using var backbone = Vit();
        var tune = new FineTune(Quick with { Epochs = 2, Mixup = 0.8, CutMix = 1, Erasing = 0.5, DropPath = 0.5 });
        var first = tune.Evaluate(backbone, Train, Test);
        manual_seed(5);
        CollectionAssert.AreEqual(first.ToArray(), tune.Evaluate(backbone, Train, Test).ToArray());
    }

    [TestMethod]
    public void Evaluate_HalfABlockOfAConvolutionalNetwork_IsAConfigError()
    {
        using var backbone = new ResNet18(new() { Width = 4, BlocksPerStage = [1, 1], Stem = ResNetStem.Small }, new DataInfo(1, 1));
        var error = Assert.ThrowsExactly<ExperimentException>(() => new FineTune(Quick with { Blocks = [0.5] }).Evaluate(backbone, Train, Test));
        StringAssert.Contains(error.Message, "\"layer2\" is none");
    }

    [TestMethod]
    public void Evaluate_Pixels_GivesNothing() =>
        Assert.IsEmpty(new FineTune(Quick).Evaluate(new RawPixels(new ViewShape(1, 4, 4)), Train, Test));

    [TestMethod]
    public void Evaluate_Repeatedly_LeavesNoTensorsBehind()
    {
        using var scope = NewDisposeScope();
        using var backbone = Vit();
        var tune = new FineTune(Quick with { Epochs = 1, Mixup = 0.8, CutMix = 1, Erasing = 0.5 });
        tune.Evaluate(backbone, Train, Test);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        tune.Evaluate(backbone, Train, Test);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static Dictionary<string, double> Top1(IEnumerable<EvaluationResult> results) => results.ToDictionary(r => r.Metric, r => r.Value);

    private static ResNet18 Residual() =>
        new(new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1], DropPath = 0.3 }, new DataInfo(1, 1));

    private static VisionTransformer Vit()
    {
        var vit = new VisionTransformer(new() { ImageSize = 4, PatchSize = 2, Dimension = 16, Depth = 2, Heads = 2, DropPath = 0.3 }, new DataInfo(1, 1));
        Golden.SetWeights(vit, "tuned");
        return vit;
    }
}
