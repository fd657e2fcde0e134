using SslFramework.Core.Optimization;
using SslFramework.Plugins.BarlowTwins;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BarlowTwins;

/// <summary>
/// Three steps of the projector beside the authors' code, with LARS at one rate for weights and at another for biases and norms.
/// </summary>
[TestClass]
public class BarlowTwinsGoldenTests
{
    private static readonly GoldenCase Authors = new("joint_embedding.json", "barlow_twins_steps");

    [TestMethod]
    public void StateDict_Keys_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var expected = Authors["keys"].EnumerateArray().Select(key => key.GetString()).ToArray();
        CollectionAssert.AreEquivalent(expected, New().state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void ThreeSteps_LarsAtTwoRates_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var objective = New();
        Authors.SetWeights(objective);
        var rule = new ParameterRule { Dimensions = 1, LearningRate = 0.0048 / 0.2 };
        using var optimizer = new Lars(new LarsOptions { WeightDecay = 1e-6 }, NamedParameters.Of(objective, rule));

        foreach (var (s, golden) in Authors["steps"].EnumerateArray().Index())
        {
            objective.zero_grad();
            var batch = new ViewBatch([Images($"first{s}"), Images($"second{s}")], [.. Enumerable.Range(0, 16).Select(i => (long)i)]);
            var loss = objective.ComputeLoss(batch, TestSteps.At(s)).Loss;
            Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9, $"step {s}: loss");
            loss.backward();
            optimizer.Step(new OptimizerStep(0.2));

            var state = objective.state_dict();
            foreach (var weight in golden.EnumerateObject().Where(p => p.Name.StartsWith("projector.", StringComparison.Ordinal)))
            {
                Golden.AssertStats(weight.Value, state[weight.Name], 1e-7, $"step {s}: {weight.Name}");
            }

            Golden.AssertValues(golden.GetProperty("bn_running_mean"), state["bn.running_mean"], 1e-7, $"step {s}: running mean");
            Golden.AssertValues(golden.GetProperty("bn_running_var"), state["bn.running_var"], 1e-7, $"step {s}: running variance");
        }
    }

    /// <summary>Images of 2,048 numbers, which the backbone gives to the projector as they are.</summary>
    private static Tensor Images(string input) => Authors.Input(input).view(16, 2, 32, 32);

    private static BarlowTwinsObjective New() => new(
        new BarlowTwinsOptions { HiddenDimension = 24, Dimension = 16 },
        new TestBackbones(() => new RecordingBackbone(channels: 2, side: 32)));
}
