using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation;
using TorchSharp;

namespace SslFramework.Tests.Core.Evaluation;

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
    public void Train_ClosedFormGradient_EqualsAutogradsTraining()
    {
        using var scope = NewDisposeScope();
        var features = Features("train", 64, 3, noise: 3);
        var heads = Train(features, [0.1]);
        var (fast, slow) = (heads.Scores(features.Values).squeeze(1), Literal(features, 0.1));
        Assert.IsTrue(slow.allclose(fast, 1e-3, 1e-4));
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
        var pooled = LinearProbe.Pool(zeros([1, channels, side, side]), 9000);
        CollectionAssert.AreEqual(new long[] { 1, channels * expected * expected }, pooled.shape);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Measure_TooFewImages_IsADataError(int count)
    {
        using var scope = NewDisposeScope();
        var features = Features("train", count, 2);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new LinearProbe(new()).Measure(features, features));
        Assert.AreEqual(ExitCode.Data, error.ExitCode);
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

    private static LabelledFeatures Features(string key, int count, int classes, double noise = 1)
    {
        var labels = arange(count, int64).remainder(classes);
        var rows = Golden.Tensor(key, [count, 20], noise).add_(Golden.Tensor("centres", [classes, 20], 2)[labels]);
        return new LabelledFeatures(rows, labels, classes);
    }

    private static LinearHeads Train(LabelledFeatures features, double[] rates)
    {
        using var gradient = no_grad();
        using var random = new Generator(7);
        var heads = new LinearHeads(features, rates, random);
        heads.Train(features, epochs: 3, batchSize: 16, random);
        return heads;
    }

    /// <summary>The same training with torch's modules, autograd and loss.</summary>
    private static Tensor Literal(LabelledFeatures features, double learningRate)
    {
        using var random = new Generator(7);
        var norm = nn.BatchNorm1d(20, eps: 1e-6, affine: false);
        var linear = nn.Linear(20, features.Classes);
        using (no_grad())
        {
            linear.weight!.copy_(randn([features.Classes, 20], generator: random).mul(0.01));
            linear.bias!.zero_();
        }

        var optimizer = optim.SGD(linear.parameters().ToArray(), learningRate, momentum: 0.9);
        var order = arange(64);
        for (var step = 0; step < 12; step++)
        {
            var begin = step % 4 * 16;
            order = begin == 0 ? randperm(64, generator: random) : order;
            var batch = features.Select(order.narrow(0, begin, 16));
            optimizer.ParamGroups.Single().LearningRate = learningRate * 0.5 * (1 + Math.Cos(Math.PI * step / 12));
            optimizer.zero_grad();
            nn.functional.cross_entropy(linear.call(norm.call(batch.Values)), batch.Labels).backward();
            optimizer.step();
        }

        norm.eval();
        using var off = no_grad();
        return linear.call(norm.call(features.Values));
    }
}
