using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.SimSiam;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SimSiam;

/// <summary>Three optimizer steps beside the authors' code, both in float64.</summary>
[TestClass]
public class SimSiamGoldenTests
{
    private static readonly GoldenCase Authors = new("joint_embedding.json", "simsiam_steps");

    [TestMethod]
    public void StateDict_Keys_AreTheAuthorsUnderOurPrefixes()
    {
        using var scope = NewDisposeScope();
        CollectionAssert.AreEquivalent(
            Authors["keys"].EnumerateArray().Select(key => OurKey(key.GetString()!)).ToArray(), New().state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void ThreeSteps_LossesEmbeddingsWeightsAndStatistics_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var (objective, twin) = (New(), New().to(float64));
        Authors.SetWeights(objective, AuthorsKey);
        objective.train();
        twin.train();
        var state = objective.state_dict();
        using var optimizer = new Sgd(new SgdOptions { Momentum = 0.9, WeightDecay = 1e-4 }, NamedParameters.Of(objective));

        foreach (var (s, golden) in Authors["steps"].EnumerateArray().Index())
        {
            var batch = new ViewBatch([Authors.Input($"first{s}"), Authors.Input($"second{s}")], [.. Enumerable.Range(0, 8)]);
            twin.load_state_dict(state);
            var z1 = MocoV1GoldenTests.Child(twin, "projector").call(twin.Backbone.Forward(batch.Views[0]));
            var p1 = MocoV1GoldenTests.Child(twin, "predictor").call(z1);
            Golden.AssertStats(golden.GetProperty("z1"), z1, 1e-7, $"step {s}: z1");
            Golden.AssertStats(golden.GetProperty("p1"), p1, 1e-7, $"step {s}: p1");

            objective.zero_grad();
            var loss = objective.ComputeLoss(batch, TestSteps.At(s)).Loss;
            Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-9, $"step {s}: loss");
            loss.backward();
            optimizer.Step(new(0.005));

            foreach (var weight in golden.EnumerateObject().Where(p => p.Name.Contains('.', StringComparison.Ordinal)))
            {
                Golden.AssertStats(weight.Value, state[OurKey(weight.Name)], 1e-7, $"step {s}: {weight.Name}");
            }

            Golden.AssertValues(golden.GetProperty("bn1_running_mean"), state["backbone.bn1.running_mean"], 1e-7, $"step {s}: bn1");
            Golden.AssertValues(golden.GetProperty("fc7_running_var"), state["projector.7.running_var"], 1e-7, $"step {s}: fc.7");
        }
    }

    private static SimSiamObjective New() => new(
        new SimSiamOptions { Dimension = 32, PredictorHidden = 16 },
        new TestBackbones(() => new ResNet18(new ResNetOptions(), new DataInfo(8, 3))));

    private static string OurKey(string authors) => authors
        .Replace("encoder.fc.", "projector.", StringComparison.Ordinal)
        .Replace("encoder.", "backbone.", StringComparison.Ordinal);

    private static string AuthorsKey(string ours) => ours
        .Replace("projector.", "encoder.fc.", StringComparison.Ordinal)
        .Replace("backbone.", "encoder.", StringComparison.Ordinal);
}
