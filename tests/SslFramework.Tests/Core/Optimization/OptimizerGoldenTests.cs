using SslFramework.Core.Optimization;
using TorchSharp;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
public class OptimizerGoldenTests
{
    private const string File = "optimizers.json";
    private const string MoreFile = "optimizers_more.json";

    [TestMethod]
    public void Sgd_FiveSteps_EqualTorch() => Check(
        "sgd lr 0.1 momentum 0.9 weight_decay 1e-2", 0.1, p => new Sgd(new() { WeightDecay = 1e-2 }, p));

    [TestMethod]
    public void Sgd_FiveNesterovSteps_EqualTorch() => Check(
        "sgd lr 0.1 momentum 0.9 nesterov weight_decay 1e-2", 0.1, p => new Sgd(new() { WeightDecay = 1e-2, Nesterov = true }, p));

    [TestMethod]
    public void AdamW_FiveSteps_EqualTorch() => Check(
        "adamw lr 1e-2 betas 0.9 0.95 weight_decay 0.05", 0.01, p => new AdamW(new() { Beta2 = 0.95, WeightDecay = 0.05 }, p));

    [TestMethod]
    public void Lars_FiveSteps_EqualMoCoV3() => Check(
        "lars lr 0.3 momentum 0.9 weight_decay 1e-2 trust 0.001", 0.3, p => new Lars(new() { WeightDecay = 1e-2 }, p));

    [TestMethod]
    public void Larc_FiveSteps_EqualApex() => CheckMore(
        "larc lr 0.6 momentum 0.9 weight_decay 1e-2 trust 0.001", 0.6, p => new Lars(new() { Variant = LarsVariant.Larc, WeightDecay = 1e-2 }, p));

    [TestMethod]
    public void Lars_FiveStepsAtTwoRates_EqualBarlowTwins() => CheckMore(
        "barlow lars lr 0.2 (0.0048 for one dimension) momentum 0.9 weight_decay 1e-2 eta 0.001, one dimension without decay and trust",
        0.2,
        p => new Lars(new() { WeightDecay = 1e-2 }, p),
        new ParameterRule("*") { Dimensions = 1, LearningRate = 0.0048 / 0.2 });

    [TestMethod]
    [DataRow("adam lr 1e-2 betas 0.5 0.999 l2 1e-2", 0.5, 0.999, 1e-2)]
    [DataRow("adam lr 1e-2 betas 0.9 0.99 l2 1e-3", 0.9, 0.99, 1e-3)]
    [DataRow("adam lr 1e-2 betas 0.8 0.999 l2 1e-2", 0.8, 0.999, 1e-2)]
    public void Adam_FiveStepsWithL2_EqualTorch(string entry, double beta1, double beta2, double decay) => CheckMore(
        entry, 0.01, p => new AdamW(new() { Beta1 = beta1, Beta2 = beta2, WeightDecay = decay, Decoupled = false }, p));

    [TestMethod]
    public void AdamW_FiveStepsWithLittleMomentum_EqualTorch() => CheckMore(
        "adamw lr 1e-2 betas 0.5 0.999 weight_decay 0.05", 0.01, p => new AdamW(new() { Beta1 = 0.5, WeightDecay = 0.05 }, p));

    [TestMethod]
    public void Goldens_HaveNoOtherEntries()
    {
        Assert.AreEqual(4, Golden.Open(File).EnumerateObject().Count());
        Assert.AreEqual(7, Golden.Open(MoreFile).GetProperty("runs").EnumerateObject().Count()); // one of them LARC's clipping, which is not offered
    }

    private static void Check(string entry, double learningRate, Func<NamedParameters, IOptimizer> make) =>
        Check(entry, Golden.Open(File).GetProperty(entry), learningRate, make);

    private static void CheckMore(string entry, double learningRate, Func<NamedParameters, IOptimizer> make, params ParameterRule[] rules) =>
        Check(entry, Golden.Open(MoreFile).GetProperty("runs").GetProperty(entry), learningRate, make, rules);

    private static void Check(
        string entry, System.Text.Json.JsonElement golden, double learningRate, Func<NamedParameters, IOptimizer> make, params ParameterRule[] rules)
    {
        using var scope = NewDisposeScope();
        var steps = golden.EnumerateArray().ToList();
        using var module = new Parameters(steps[0].EnumerateObject().Select(p => (p.Name, Golden.Tensor($"p.{p.Name}", Shape(p.Value)))));
        var parameters = NamedParameters.Of(module, rules);
        using var optimizer = make(parameters);

        Assert.HasCount(5, steps);
        for (var s = 0; s < steps.Count; s++)
        {
            foreach (var (name, value) in parameters.Items)
            {
                value.grad = Golden.Tensor($"g{s}.{name}", value.shape);
            }

            optimizer.Step(new(learningRate));
            foreach (var (name, value) in parameters.Items)
            {
                Golden.AssertStats(steps[s].GetProperty(name), value, 2e-6, $"{entry}, step {s + 1}, {name}");
            }
        }
    }

    private sealed class Parameters : nn.Module
    {
        public Parameters(IEnumerable<(string Name, Tensor Value)> all)
            : base("parameters")
        {
            foreach (var (name, value) in all)
            {
                register_parameter(name, new Parameter(value));
            }
        }
    }

    private static long[] Shape(System.Text.Json.JsonElement golden) =>
        [.. golden.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
}
