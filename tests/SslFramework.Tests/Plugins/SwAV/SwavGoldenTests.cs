using SslFramework.Core.Optimization;
using SslFramework.Plugins.SwAV;
using SslFramework.Testing;
using SslFramework.Tests.Plugins.MoCo;
using TorchSharp;

namespace SslFramework.Tests.Plugins.SwAV;

/// <summary>Beside the authors' code, in float64.</summary>
[TestClass]
public class SwavGoldenTests
{
    /// <summary>Multi-crop, prototypes that stand still for two steps, and a queue that is used from the fourth step on.</summary>
    [TestMethod]
    public void FiveSteps_LossesWeightsAndQueue_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("swav.json", "swav_steps");
        var options = new SwavOptions { Dimension = 8, Prototypes = 10, QueueLength = 18, QueueStartEpoch = 0 };
        var objective = New(features: 12, options with { FreezePrototypesEpochs = 0.2 });
        golden.SetWeights(objective, key => key == "queue" ? null : key.Replace("projector.0", "head", StringComparison.Ordinal));
        objective.AfterUpdate(TestSteps.At(0)); // the authors scale prototypes before a step, this code after it
        var state = objective.state_dict();
        using var optimizer = new Sgd(new SgdOptions { Momentum = 0.9, WeightDecay = 0 }, MocoV1GoldenTests.TrainedParameters(objective));

        foreach (var (s, step) in golden["steps"].EnumerateArray().Index())
        {
            var crops = Enumerable.Range(0, 5).Select(v => golden.Input($"crop{v}_{s}").view(6, 12, 1, 1));
            objective.zero_grad();
            var loss = objective.ComputeLoss(new ViewBatch([.. crops], [0, 1, 2, 3, 4, 5]), TestSteps.At(s)).Loss;
            loss.backward();
            objective.BeforeUpdate(TestSteps.At(s));
            optimizer.Step(new(0.1));

            Golden.AssertClose(step.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-9, $"step {s}: loss");
            Golden.AssertStats(step.GetProperty("head"), state["projector.0.weight"], 1e-7, $"step {s}: head");
            Golden.AssertStats(step.GetProperty("prototypes"), state["prototypes.weight"], 1e-7, $"step {s}: prototypes");
            objective.AfterUpdate(TestSteps.At(s));
            Golden.AssertStats(step.GetProperty("queue"), state["queue"], 1e-7, $"step {s}: queue");
        }
    }

    /// <summary>Embeddings a and b of four images under three prototypes, which are the axes.</summary>
    [TestMethod]
    public void Loss_OfTwoViewsByHand_IsTheExample()
    {
        using var scope = NewDisposeScope();
        var objective = New(features: 3, new SwavOptions { Dimension = 3, Prototypes = 3 });
        var state = objective.to(float64).state_dict();
        using (no_grad())
        {
            state["projector.0.weight"].copy_(eye(3));
            state["projector.0.bias"].zero_();
            state["prototypes.weight"].copy_(eye(3));
        }

        var i = (arange(4, float64) * 3).view(4, 1) + arange(3, float64);
        var views = new[] { i - 4, (i * 0.7).sin() }.Select(view => view.view(4, 3, 1, 1));
        var loss = objective.ComputeLoss(new ViewBatch([.. views], [0, 1, 2, 3]), TestSteps.At(0)).Loss;

        Golden.AssertValues(Golden.Open("examples.json").GetProperty("values").GetProperty("swav a b"), loss, 1e-9, "loss");
    }

    private static SwavObjective New(int features, SwavOptions options) =>
        new(options with { HiddenDimension = 0 }, new TestBackbones(() => new RecordingBackbone(features, side: 1)));
}
