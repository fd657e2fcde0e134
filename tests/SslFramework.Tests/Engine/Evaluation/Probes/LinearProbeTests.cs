using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Data;
using SslFramework.Engine.Evaluation.Probes;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation.Probes;

[TestClass]
public class LinearProbeTests
{
    [TestMethod]
    public void Measure_SeparableFeatures_AreSeparated()
    {
        using var scope = NewDisposeScope();
        var numbers = new LinearProbe(new()).Measure(Features("train", 600, 8), Features("test", 200, 8)).ToDictionary(number => number.Metric, number => number.Value);

        Assert.IsGreaterThan(97, numbers["top-1"]);
        Assert.IsGreaterThanOrEqualTo(numbers["top-1"], numbers["top-5"]);
        Assert.IsGreaterThan(95, numbers["held-out top-1"]);
    }

    [TestMethod]
    public void Measure_FeaturesWithoutTheClass_AreGuessed()
    {
        using var scope = NewDisposeScope();
        var noise = Features("train", 600, 8) with { Values = Golden.Tensor("noise", [600, 20]) };
        Assert.IsLessThan(30, new LinearProbe(new()).Measure(noise, Features("test", 200, 8)).ToDictionary(number => number.Metric, number => number.Value)["top-1"]);
    }

    [TestMethod]
    public void Measure_FeaturesOfAnyScale_GiveTheSame()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Features("train", 300, 4), Features("test", 100, 4));
        var probe = new LinearProbe(new() { LearningRates = [0.1] });

        var small = probe.Measure(train, test).ToDictionary(number => number.Metric, number => number.Value);
        (train, test) = (train with { Values = train.Values.mul(100) }, test with { Values = test.Values.mul(100) });
        var large = probe.Measure(train, test).ToDictionary(number => number.Metric, number => number.Value);

        Assert.AreEqual(small["top-1"], large["top-1"], 1.01);
        Assert.IsGreaterThan(90, small["top-1"]);
    }

    [TestMethod]
    public void Measure_OtherTestLabels_ChooseTheSameRate()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Features("train", 300, 4, noise: 4), Features("test", 100, 4, noise: 4));
        var probe = new LinearProbe(new() { Epochs = 5 });

        var right = probe.Measure(train, test).ToDictionary(number => number.Metric, number => number.Value);
        var wrong = probe.Measure(train, test with { Labels = test.Labels.add(1).remainder(4) }).ToDictionary(number => number.Metric, number => number.Value);

        Assert.AreEqual(right["learning rate"], wrong["learning rate"]);
        Assert.AreEqual(right["held-out top-1"], wrong["held-out top-1"]);
        Assert.AreNotEqual(right["top-1"], wrong["top-1"]);
    }

    [TestMethod]
    public void Measure_RateThatLearnsNothing_IsNotChosen()
    {
        using var scope = NewDisposeScope();
        var probe = new LinearProbe(new() { LearningRates = [1e-9, 0.05, 1000] });
        var numbers = probe.Measure(Features("train", 300, 4, noise: 4), Features("test", 100, 4)).ToDictionary(number => number.Metric, number => number.Value);
        Assert.AreEqual(0.05, numbers["learning rate"]);
    }

    [TestMethod]
    public void Ranks_OfManyClasses_EqualThoseOfAllScores()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        const int Classes = 20_000; // 2^24 / 60,000 = 279 images a block
        var heads = new LinearHeads(4, 4, Classes, [0.1, 0.2, 0.3], new LinearProbeOptions().Resolve(), random, CPU);
        var features = new LabeledFeatures(Golden.Tensor("rows", [300, 4]), arange(300, int64), Classes);
        var (ranks, scores) = (heads.Ranks(features), heads.Scores(features.Values));
        for (var head = 0; head < 3; head++)
        {
            Assert.AreEqual(Accuracy.Ranks(scores.select(1, head), features.Labels), ranks.select(1, head));
        }

        Assert.IsGreaterThan(Made(200), Made(300), "a second block of scores, for which the first is freed");

        long Made(int count)
        {
            var before = DisposeScopeManager.Statistics.CreatedInScopeCount;
            heads.Ranks(features with { Values = features.Values.narrow(0, 0, count), Labels = features.Labels.narrow(0, 0, count) });
            return DisposeScopeManager.Statistics.CreatedInScopeCount - before;
        }
    }

    [TestMethod]
    public void Measure_SideBySide_EqualsEachRateAlone()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var features = Features("train", 64, 3, noise: 3);
        double[] rates = [0.01, 0.3];

        var together = Train(features, rates).Scores(features.Values);

        for (var r = 0; r < rates.Length; r++)
        {
            var alone = Train(features, [rates[r]]).Scores(features.Values).squeeze(1);
            Assert.IsTrue(alone.allclose(together.select(1, r), 1e-4, 1e-5), $"rate {rates[r]}");
        }
    }

    [TestMethod]
    [DataRow("generic", 0.1)]
    [DataRow("rotnet", 0.01)]
    [DataRow("moco-v1", 3)]
    [DataRow("simclr", 0.1)]
    [DataRow("moco-v3", 3)]
    [DataRow("mae", 6.4)]
    public void Step_ClosedFormGradient_EqualsAutogradsTraining(string recipe, double rate)
    {
        using var scope = NewDisposeScope();
        var (features, settings) = (Features("train", 64, 3, noise: 3), ProbeRecipes.Of(recipe));
        settings = recipe == "mae" ? settings with { WeightDecay = 1e-3 } : settings;
        var (fast, slow) = (Train(features, [rate], settings).Scores(features.Values).squeeze(1), Literal(features, rate, settings));
        Assert.IsTrue(slow.allclose(fast, 1e-3, 1e-4), $"{(slow - fast).abs().max().item<float>()} of {slow.abs().max().item<float>()}");
    }

    [TestMethod]
    public void Evaluate_FeaturesComputedAnew_EqualThoseKept()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("train", 200, 3, 3), MadeImages.Separable("test", 100, 3, 3));
        var probe = new LinearProbe(new() { Epochs = 4, Layers = FeatureLayers.All, BatchSize = 32 });

        var kept = probe.Evaluate(backbone, train, test);
        var anew = probe.Evaluate(backbone, train.AsAugmented(), test);

        CollectionAssert.AreEqual(kept.ToArray(), anew.ToArray());
    }

    [TestMethod]
    public void Evaluate_EveryLayer_EqualsTheLastAlone()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("train", 200, 3, 3), MadeImages.Separable("test", 100, 3, 3));

        var all = new LinearProbe(new() { Epochs = 3, Layers = FeatureLayers.All }).Evaluate(backbone, train, test);
        var last = new LinearProbe(new() { Epochs = 3 }).Evaluate(backbone, train, test);

        CollectionAssert.AreEqual(last.ToArray(), all.Where(result => result.Layer == FeatureExtraction.LastLayer).ToArray());
    }

    [TestMethod]
    [DataRow("rotnet", 35, 192)]
    [DataRow("moco-v1", 100, 256)]
    [DataRow("simclr", 90, 4096)]
    [DataRow("moco-v3", 90, 1024)]
    [DataRow("mae", 90, 16384)]
    public void Recipe_OfAPaper_HasItsLengthAndBatch_UnlessSaidOtherwise(string recipe, int epochs, int batchSize)
    {
        var settings = new LinearProbeOptions { Recipe = recipe }.Resolve();
        Assert.AreEqual((epochs, batchSize), (settings.Epochs, settings.BatchSize));

        var shorter = new LinearProbeOptions { Recipe = recipe, Epochs = epochs / 5, WeightDecay = 0.3, LearningRates = [7] }.Resolve();
        Assert.AreEqual((epochs / 5, batchSize, 0.3, 7.0), (shorter.Epochs, shorter.BatchSize, shorter.WeightDecay, shorter.LearningRates.Single()));
        CollectionAssert.AreEqual(settings.Milestones.Select(milestone => milestone / 5).ToArray(), shorter.Milestones.ToArray());
        Assert.AreEqual(settings.WarmupEpochs / 5, shorter.WarmupEpochs);
    }

    [TestMethod]
    public void Protocol_OfARecipe_SpellsEverythingOutAndWhetherFeaturesAreKept()
    {
        var images = MadeImages.Separable("train", 8, 2, 1);
        var (kept, anew) = ((ProbeSettings)new LinearProbe(new()).Protocol(images), (ProbeSettings)new LinearProbe(new()).Protocol(images.AsAugmented()));
        Assert.AreEqual((30, true, false), (kept.Epochs, kept.FeaturesKept, anew.FeaturesKept));
    }

    [TestMethod]
    public void Evaluate_SameSeed_IsTheSameToTheBit_AnotherIsNot()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("train", 300, 5, 3), MadeImages.Separable("test", 300, 5, 3));

        var first = new LinearProbe(new() { Epochs = 3, Seed = 1 }).Evaluate(backbone, train, test);
        manual_seed(123);
        var second = new LinearProbe(new() { Epochs = 3, Seed = 1 }).Evaluate(backbone, train, test);
        var other = new LinearProbe(new() { Epochs = 3, Seed = 2 }).Evaluate(backbone, train, test);

        CollectionAssert.AreEqual(first.ToArray(), second.ToArray());
        CollectionAssert.AreNotEqual(first.ToArray(), other.ToArray());
    }

    [TestMethod]
    public void Evaluate_SeparableImages_FindsThem()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var results = new LinearProbe(new()).Evaluate(
            backbone, MadeImages.Separable("train", 400, 3, 0.5), MadeImages.Separable("test", 100, 3, 0.5));
        Assert.IsGreaterThan(95, results.Single(result => result.Metric == "top-1").Value);
    }

    [TestMethod]
    [DataRow(64, 30, 12)]
    [DataRow(192, 30, 7)]
    [DataRow(384, 30, 5)]
    [DataRow(256, 30, 6)]
    [DataRow(2048, 7, 2)]
    [DataRow(20_000, 7, 1)]
    [DataRow(64, 8, 8)]
    public void Pool_Maps_KeepAbout9000Numbers(int channels, int side, int expected)
    {
        using var scope = NewDisposeScope();
        foreach (var pooling in Enum.GetValues<MapPooling>())
        {
            var pooled = LinearProbe.Pool(zeros([1, channels, side, side]), 9000, pooling);
            CollectionAssert.AreEqual(new long[] { 1, channels, expected, expected }, pooled.shape);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Measure_TooFewImages_IsADataError(int count)
    {
        using var scope = NewDisposeScope();
        var features = Features("train", count, 2);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new LinearProbe(new()).Measure(features, features));
        Assert.AreEqual(FailureKind.Data, error.Kind);
    }

    [TestMethod]
    public void Measure_FewestImages_GivesNumbers()
    {
        using var scope = NewDisposeScope();
        var features = Features("train", 4, 2);
        Assert.IsTrue(new LinearProbe(new()).Measure(features, features).All(number => double.IsFinite(number.Value)));
    }

    [TestMethod]
    public void Options_WithoutRates_AreNotValid()
    {
        LinearProbeOptions[] wrong = [new() { LearningRates = [] }, new() { LearningRates = [0] }, new() { Epochs = 0 }];
        foreach (var options in wrong)
        {
            Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), [], true));
        }
    }

    private static LabeledFeatures Features(string key, int count, int classes, double noise = 1)
    {
        var labels = arange(count, int64).remainder(classes);
        var rows = Golden.Tensor(key, [count, 20], noise).add_(Golden.Tensor("centres", [classes, 20], 2)[labels]);
        return new LabeledFeatures(rows, labels, classes);
    }

    private static LinearHeads Train(LabeledFeatures features, double[] rates, ProbeSettings? settings = null)
    {
        using var gradient = no_grad();
        using var random = new Generator(7);
        var heads = new LinearHeads(20, 5, features.Classes, rates, settings ?? ProbeRecipes.Of("generic"), random, CPU);
        for (var step = 0; step < 12; step++)
        {
            var rows = tensor(Batch(step), int64);
            heads.Step(
                features.Values.index_select(0, rows), nn.functional.one_hot(features.Labels[rows], features.Classes).to(float32), Decline(step));
        }

        return heads;
    }

    /// <summary>16 of 64 images.</summary>
    private static int[] Batch(int step) => SampleOrder.Shuffled(7, step / 4, 64)[(step % 4 * 16)..((step % 4 * 16) + 16)];

    private static double Decline(int step) => 0.5 * (1 + Math.Cos(Math.PI * step / 12));

    /// <summary>The same training with torch's modules, autograd and loss, and the framework's optimizers.</summary>
    private static Tensor Literal(LabeledFeatures features, double learningRate, ProbeSettings settings)
    {
        using var random = new Generator(7);
        var perChannel = settings.Normalization == FeatureNormalization.PerChannel;
        var norm = nn.BatchNorm1d(perChannel ? 5 : 20, eps: perChannel ? 1e-5 : 1e-6, affine: false);
        var linear = nn.Linear(20, features.Classes);
        using (no_grad())
        {
            var deviation = settings.Start == ProbeStart.ByClasses ? Math.Sqrt(2.0 / features.Classes) : settings.Start == ProbeStart.Zero ? 0 : 0.01;
            linear.weight!.copy_(randn([features.Classes, 20], generator: random).mul(deviation));
            linear.bias!.zero_();
        }

        var named = new NamedParameters([("weight", linear.weight!), ("bias", linear.bias!)]);
        using IOptimizer optimizer = settings.Optimizer == ProbeOptimizer.Lars
            ? new Lars(new() { WeightDecay = settings.WeightDecay }, named)
            : new Sgd(new() { WeightDecay = settings.WeightDecay, Nesterov = settings.Nesterov }, named);
        for (var step = 0; step < 12; step++)
        {
            var batch = features.Select(tensor(Batch(step), int64));
            linear.zero_grad();
            nn.functional.cross_entropy(Logits(batch.Values), batch.Labels).backward();
            optimizer.Step(new(learningRate * Decline(step)));
        }

        norm.eval();
        using var off = no_grad();
        return Logits(features.Values);

        Tensor Logits(Tensor values) => linear.call(
            settings.Normalization == FeatureNormalization.None ? values
            : perChannel ? norm.call(values.view(-1, 5, 4)).flatten(1)
            : norm.call(values));
    }
}
