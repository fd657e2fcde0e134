using System.Text.Json;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

/// <summary>Three optimizer steps beside the authors' code.</summary>
[TestClass]
public class MocoV1GoldenTests
{
    // Both in float64, so that no processor's rounding decides.
    private const double LossTolerance = 1e-9;
    private const double Tolerance = 1e-7;
    private const double Temperature = 0.07;
    private static readonly JsonElement Authors = Golden.Open("moco_v1_f64.json");

    [TestMethod]
    public void StateDict_Keys_AreTheAuthorsUnderOurPrefixes()
    {
        var expected = Authors.GetProperty("keys").EnumerateArray().Select(k => OurKey(k.GetString()!)).ToArray();
        CollectionAssert.AreEquivalent(expected, New().state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void ThreeSteps_LossesWeightsQueueAndStatistics_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var (objective, twin) = (NewWithWeights(), New().to(float64));
        objective.train();
        twin.train();
        using var optimizer = new Sgd(new SgdOptions { Momentum = 0.9, WeightDecay = 1e-4 }, TrainedParameters(objective));

        foreach (var (s, golden) in Authors.GetProperty("steps").EnumerateArray().Index())
        {
            var batch = new ViewBatch([Images($"query{s}"), Images($"key{s}")], [0, 1, 2, 3]);
            twin.load_state_dict(objective.state_dict());
            Golden.AssertStats(golden.GetProperty("logits"), Logits(twin, batch), Tolerance, $"step {s}: logits");

            objective.zero_grad();
            var loss = objective.ComputeLoss(batch, TestSteps.At(s)).Loss;
            Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.ToDouble(), LossTolerance, $"step {s}: loss");

            // Printed after the authors' step, which moves the key encoder at its beginning: that is after our last step.
            var state = objective.state_dict();
            Golden.AssertStats(golden.GetProperty("key_fc"), state["key.projector.weight"], Tolerance, $"step {s}: key fc");
            Golden.AssertValues(
                golden.GetProperty("key_bn1_running_mean"), state["key.backbone.bn1.running_mean"], Tolerance, $"step {s}: key statistics");

            loss.backward();
            optimizer.Step(new(0.03));
            objective.AfterUpdate(TestSteps.At(s));
            Assert.AreEqual(golden.GetProperty("queue_ptr").GetInt64(), state["pointer"].item<long>());
            Golden.AssertStats(golden.GetProperty("queue"), state["queue"], Tolerance, $"step {s}: queue");
            Golden.AssertStats(golden.GetProperty("query_fc"), state["projector.weight"], Tolerance, $"step {s}: query fc");
            Golden.AssertStats(golden.GetProperty("query_conv1"), state["backbone.conv1.weight"], Tolerance, $"step {s}: query conv1");
        }
    }

    internal static NamedParameters TrainedParameters(nn.Module module) =>
        new([.. module.named_parameters().Where(p => p.parameter.requires_grad)]);

    internal static nn.Module<Tensor, Tensor> Child(nn.Module module, string name) =>
        (nn.Module<Tensor, Tensor>)module.named_children().Single(c => c.name == name).module;

    /// <summary>Everything under <c>key.</c>, statistics too, becomes what stands without it.</summary>
    internal static void CopyQueryToKey(nn.Module objective)
    {
        using var gradient = no_grad();
        var state = objective.state_dict();
        foreach (var (key, value) in state.Where(e => e.Key.StartsWith("key.", StringComparison.Ordinal)))
        {
            value.copy_(state[key["key.".Length..]]);
        }
    }

    internal static Tensor Images(string key) => Golden.Tensor(key, [4, 3, 32, 32], scale: 2).to(float64);

    private static string OurKey(string authors) => authors
        .Replace("encoder_q.fc.", "projector.").Replace("encoder_k.fc.", "key.projector.")
        .Replace("encoder_q.", "backbone.").Replace("encoder_k.", "key.backbone.")
        .Replace("queue_ptr", "pointer");

    private static Tensor Logits(MocoV1Objective objective, ViewBatch batch)
    {
        var query = nn.functional.normalize(Child(objective, "projector").call(objective.Backbone.Forward(batch.Views[0])));
        var key = Child(objective, "key").call(batch.Views[1]);
        return cat([(query * key).sum(1, keepdim: true), query.mm(objective.state_dict()["queue"])], 1) / Temperature;
    }

    private static MocoV1Objective New() => new(
        new MocoV1Options { Dimension = 32, QueueLength = 16, Momentum = 0.9, Temperature = Temperature },
        new TestBackbones(() => new ResNet18(new ResNetOptions(), new DataInfo(4, 3))));

    private static MocoV1Objective NewWithWeights()
    {
        var objective = New();
        Golden.SetWeights(objective.Backbone.Module, "moco_v1");
        Golden.SetWeights(Child(objective, "projector"), "moco_v1.fc");
        CopyQueryToKey(objective);
        objective.to(float64);
        objective.state_dict()["queue"].copy_(nn.functional.normalize(Golden.Tensor("queue", [32, 16]).to(float64), dim: 0));
        return objective;
    }
}
