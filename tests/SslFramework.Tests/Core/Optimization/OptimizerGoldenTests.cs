using SslFramework.Core.Optimization;
using TorchSharp;

namespace SslFramework.Tests.Core.Optimization;

[TestClass]
internal class OptimizerGoldenTests
{
    private const string File = "optimizers.json";

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
    public void Goldens_HaveNoOtherEntries() => Assert.AreEqual(4, Golden.Open(File).EnumerateObject().Count());

    private static void Check(string entry, double learningRate, Func<NamedParameters, IOptimizer> make)
    {
        using var scope = NewDisposeScope();
        var steps = Golden.Open(File).GetProperty(entry).EnumerateArray().ToList();
        var parameters = new NamedParameters(
            [.. steps[0].EnumerateObject().Select(p => (p.Name, new Parameter(Golden.Tensor($"p.{p.Name}", Shape(p.Value)))))]);
        using var optimizer = make(parameters);

        Assert.HasCount(5, steps);
        for (var s = 0; s < steps.Count; s++)
        {
            foreach (var (name, value) in parameters.Items)
            {
                value.grad = Golden.Tensor($"g{s}.{name}", value.shape);
            }

            optimizer.Step(learningRate);
            foreach (var (name, value) in parameters.Items)
            {
                Golden.AssertStats(steps[s].GetProperty(name), value, 2e-6, $"{entry}, step {s + 1}, {name}");
            }
        }
    }

    private static long[] Shape(System.Text.Json.JsonElement golden) =>
        [.. golden.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
}
