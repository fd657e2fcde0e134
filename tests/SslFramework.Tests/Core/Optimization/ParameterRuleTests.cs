using SslFramework.Core.Optimization;
using TorchSharp;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
internal sealed class ParameterRuleTests
{
    private static readonly (string Name, Func<NamedParameters, IOptimizer> Make)[] All =
    [
        ("sgd", p => new Sgd(new() { WeightDecay = 0.1 }, p)),
        ("sgd, nesterov", p => new Sgd(new() { WeightDecay = 0.1, Nesterov = true }, p)),
        ("adamw", p => new AdamW(new() { WeightDecay = 0.1 }, p)),
        ("adam", p => new AdamW(new() { WeightDecay = 0.1, Decoupled = false }, p)),
        ("lars", p => new Lars(new() { WeightDecay = 0.1 }, p)),
        ("lars, rate inside", p => new Lars(new() { WeightDecay = 0.1, Variant = LarsVariant.LearningRateInside }, p)),
        ("larc", p => new Lars(new() { WeightDecay = 0.1, Variant = LarsVariant.Larc }, p)),
    ];

    public static IEnumerable<object[]> Optimizers => All.Select(pair => new object[] { pair.Name });

    [TestMethod]
    [DataRow("predictor.*", "predictor.0.weight", true)]
    [DataRow("predictor.*", "projector.predictor.0.weight", false)]
    [DataRow("*.bias", "backbone.fc.bias", true)]
    [DataRow("*.bias", "bias", false)]
    [DataRow("*", "anything", true)]
    [DataRow("a.b", "a.b", true)]
    [DataRow("a.b", "axb", false)]
    [DataRow("*norm?*", "norm1", false)]
    public void Covers_Names_AreWholeNamesWithStars(string names, string name, bool expected) =>
        Assert.AreEqual(expected, new ParameterRule(names).Covers(name, 2));

    [TestMethod]
    public void Covers_Dimensions_AreThoseAskedFor()
    {
        var vectors = new ParameterRule("*") { Dimensions = 1 };
        Assert.IsTrue(vectors.Covers("norm.weight", 1));
        Assert.IsFalse(vectors.Covers("fc.weight", 2));
    }

    [TestMethod]
    public void Of_TwoRulesForOneParameter_Multiply()
    {
        using var module = nn.Sequential(("first", nn.Linear(2, 2)), ("second", nn.Linear(2, 2)));
        var named = NamedParameters.Of(
            module, new ParameterRule("first.*") { LearningRate = 0.5, ConstantRate = true }, new ParameterRule("*.bias") { LearningRate = 0.1, WeightDecay = 0 });
        Assert.AreEqual(new ParameterFactors(0.05, 0, 1, ConstantRate: true), named.Factors["first.bias"]);
        Assert.AreEqual(new ParameterFactors(0.5, 1, 1, ConstantRate: true), named.Factors["first.weight"]);
        Assert.IsFalse(named.Factors.ContainsKey("second.weight"));
    }

    [TestMethod]
    public void Of_ARuleThatCoversNothing_IsRefusedWithTheNames()
    {
        using var module = nn.Linear(2, 2);
        var error = Assert.ThrowsExactly<ExperimentException>(() => NamedParameters.Of(module, new ParameterRule("predictor.*")));
        Assert.AreEqual(FailureKind.Config, error.Kind);
        Assert.AreEqual("The rule for \"predictor.*\" covers no parameter that is trained; their names are \"weight\", \"bias\".", error.Message);
    }

    /// <summary>What a rule does is what an optimizer of its own would do with other numbers.</summary>
    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_WithAFactorOnTheRate_MovesAsAnotherRateDoes(string name) => AssertSame(
        name, new() { LearningRate = 0.25 }, new(0.2), new(0.05));

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_OfAConstantRate_MovesByTheSchedulesPeak(string name) => AssertSame(
        name, new() { ConstantRate = true }, new(0.01) { PeakRate = 0.2 }, new(0.2));

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Step_WithoutDecayByRule_MovesAsWithoutDecay(string name)
    {
        using var scope = NewDisposeScope();
        var (ruled, plain) = (Weight(), Weight());
        Steps(Make(name, ruled, new ParameterFactors(WeightDecay: 0)), ruled, new(0.1));
        Steps(
            name switch
            {
                "sgd" => new Sgd(new() { WeightDecay = 0 }, Named(plain)),
                "sgd, nesterov" => new Sgd(new() { WeightDecay = 0, Nesterov = true }, Named(plain)),
                "adamw" or "adam" => new AdamW(new() { WeightDecay = 0 }, Named(plain)),
                "lars" => new Lars(new() { WeightDecay = 0 }, Named(plain)),
                "larc" => new Lars(new() { WeightDecay = 0, Variant = LarsVariant.Larc }, Named(plain)),
                _ => new Lars(new() { WeightDecay = 0, Variant = LarsVariant.LearningRateInside }, Named(plain)),
            },
            plain,
            new(0.1));
        Assert.AreEqual((Tensor)plain, ruled);
    }

    [TestMethod]
    public void Step_WithoutMomentumByRule_IsPlainDescent()
    {
        using var scope = NewDisposeScope();
        var (ruled, plain) = (Weight(), Weight());
        var factors = new Dictionary<string, ParameterFactors> { ["weight"] = new(Momentum: 0) };
        Steps(new Sgd(new() { WeightDecay = 0 }, Named(ruled) with { Factors = factors }), ruled, new(0.1));
        Steps(new Sgd(new() { WeightDecay = 0, Momentum = 0 }, Named(plain)), plain, new(0.1));
        Assert.AreEqual((Tensor)plain, ruled);
    }

    /// <summary>w ← w − lr·(g + wd·w), without a list of momenta.</summary>
    [TestMethod]
    public void Step_WithoutMomentum_IsThatOfTheFormula()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weight = Weight();
        var (before, gradient) = (weight.clone(), ones_like(weight));
        weight.grad = gradient;
        using var optimizer = new Sgd(new() { WeightDecay = 0.5, Momentum = 0 }, Named(weight));
        optimizer.Step(new(0.1));
        Assert.IsTrue(weight.allclose(before - (0.1 * (gradient + (0.5 * before))), 1e-6, 1e-7));
        Assert.IsEmpty(optimizer.State);
    }

    /// <summary>TorchSharp would write behind its memory.</summary>
    [TestMethod]
    public void Sgd_AnEmptyListOfMomenta_IsRefused()
    {
        using var scope = NewDisposeScope();
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TensorLists.Sgd([zeros(2)], [zeros(2)], [], 0.1, 0.9, 0, nesterov: false)).Message,
            "an empty list");
    }

    /// <summary>Half of the run is half of the cosine: the mean of both ends.</summary>
    [TestMethod]
    [DataRow(0, 0.04)]
    [DataRow(0.5, 0.22)]
    [DataRow(1, 0.4)]
    public void Annealed_WeightDecayOfDino_GrowsAlongHalfACosine(double progress, double expected)
    {
        Assert.AreEqual(expected, new OptimizerStep(1) { Progress = progress }.Annealed(0.04, 0.4), 1e-15);
        Assert.AreEqual(0.04, new OptimizerStep(1) { Progress = progress }.Annealed(0.04, null));

        using var scope = NewDisposeScope();
        var weight = new Parameter(ones(1, 1));
        weight.grad = zeros(1, 1);
        using var optimizer = new AdamW(new() { WeightDecay = 0.04, FinalWeightDecay = 0.4 }, new([("weight", weight)]));
        optimizer.Step(new(0.5) { Progress = progress });
        Assert.AreEqual(1 - (0.5 * expected), weight.item<float>(), 1e-6);
    }

    private static void AssertSame(string name, ParameterRule rule, OptimizerStep ruledStep, OptimizerStep plainStep)
    {
        using var scope = NewDisposeScope();
        var (ruled, plain) = (Weight(), Weight());
        Steps(Make(name, ruled, ParameterFactors.Default.With(rule)), ruled, ruledStep);
        Steps(Make(name, plain, ParameterFactors.Default), plain, plainStep);
        Assert.AreEqual((Tensor)plain, ruled);
        Assert.AreNotEqual((Tensor)Weight(), ruled);
    }

    private static IOptimizer Make(string name, Parameter weight, ParameterFactors factors) =>
        All.First(pair => pair.Name == name).Make(Named(weight) with { Factors = new Dictionary<string, ParameterFactors> { ["weight"] = factors } });

    private static NamedParameters Named(Parameter weight) => new([("weight", weight)]);

    private static Parameter Weight() => new(Golden.Tensor("weight", [2, 3]));

    private static void Steps(IOptimizer optimizer, Parameter weight, OptimizerStep step)
    {
        for (var i = 0; i < 3; i++)
        {
            weight.grad = Golden.Tensor($"g{i}", [2, 3]);
            optimizer.Step(step);
        }

        optimizer.Dispose();
    }
}
