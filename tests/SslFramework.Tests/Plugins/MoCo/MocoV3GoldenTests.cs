using System.Text.Json;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Distributed;
using SslFramework.Core.Objectives;
using SslFramework.Core.Optimization;
using SslFramework.Plugins.MoCo;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MoCo;

/// <summary>Three optimizer steps beside the authors' code, with a residual network and with a vision transformer.</summary>
[TestClass]
public class MocoV3GoldenTests
{
    private const double FirstMomentum = 0.9;

    // Both in float64, so that no processor's rounding decides. Only the transformer's table of positions is the authors' in float32,
    // rounded as the processor rounds sines: batch norm over 4 images and τ = 0.2 make 1e-7 there ten times larger in the loss.
    private static readonly (double Loss, double Weights) ResNetTolerance = (1e-9, 1e-7);
    private static readonly (double Loss, double Weights) VitTolerance = (2e-5, 2e-5);

    [TestMethod]
    public void StateDict_Keys_AreTheAuthorsUnderOurPrefixes()
    {
        CollectionAssert.AreEquivalent(OurKeys("moco_v3_resnet"), NewResNet().state_dict().Keys.ToArray());
        CollectionAssert.AreEquivalent(OurKeys("moco_v3_vit"), NewVit().state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void ThreeSteps_ResNetWithLars_AreTheAuthors()
    {
        var objective = WithWeights(NewResNet(), "moco_v3_resnet", "fc");
        using var optimizer = new Lars(new LarsOptions { WeightDecay = 1.5e-6 }, MocoV1GoldenTests.TrainedParameters(objective));
        AssertSteps("moco_v3_resnet", objective, optimizer, 0.3, ResNetTolerance);
    }

    [TestMethod]
    public void ThreeSteps_VisionTransformerWithAdamW_AreTheAuthors()
    {
        var objective = WithWeights(NewVit(), "moco_v3_vit", "head");
        using var optimizer = new AdamW(new AdamWOptions { WeightDecay = 0.1 }, MocoV1GoldenTests.TrainedParameters(objective));
        AssertSteps("moco_v3_vit", objective, optimizer, 1e-3, VitTolerance);
    }

    [TestMethod]
    public void Positions_OfTheVisionTransformer_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Open("moco_v3.json").GetProperty("moco_v3_vit");
        var positions = NewVit().state_dict()["key.backbone.pos_embed"];
        Golden.AssertStats(golden.GetProperty("pos_embed"), positions, 1e-6, "positions");
        Golden.AssertValues(golden.GetProperty("pos_embed_row_9"), positions[0][9], 1e-6, "row 9");
    }

    private static void AssertSteps(string name, MocoV3Objective objective, IOptimizer optimizer, double learningRate, (double Loss, double Weights) tolerance)
    {
        using var scope = NewDisposeScope();
        objective.train();
        var state = objective.state_dict();

        var steps = Golden.Open("moco_v3_f64.json").GetProperty(name).GetProperty("steps").EnumerateArray().ToArray();
        foreach (var (s, golden) in steps.Index())
        {
            var batch = new ViewBatch([MocoV1GoldenTests.Images($"first{s}"), MocoV1GoldenTests.Images($"second{s}")], [0, 1, 2, 3]);
            objective.zero_grad();
            var loss = objective.ComputeLoss(batch, TestSteps.At(s)).Loss;
            Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.ToDouble(), tolerance.Loss, $"{name}, step {s}: loss");

            // The authors move the momentum encoder at the beginning of a step: that is at the end of our last one.
            AssertWeights(golden, "momentum_encoder.");
            loss.backward();
            optimizer.Step(new(learningRate));
            AssertWeights(golden, "");
            if (s + 1 < steps.Length)
            {
                objective.AfterUpdate(StepBefore(steps[s + 1].GetProperty("momentum").GetDouble()));
            }
        }

        void AssertWeights(JsonElement golden, string prefix)
        {
            var weights = golden.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object
                && p.Name.StartsWith(prefix, StringComparison.Ordinal));
            foreach (var weight in weights)
            {
                Golden.AssertStats(weight.Value, state[OurKey(weight.Name)], tolerance.Weights, $"{name}: {weight.Name}");
            }
        }
    }

    private static MocoV3Objective WithWeights(MocoV3Objective objective, string name, string head)
    {
        Golden.SetWeights(objective.Backbone.Module, name, "pos_embed");
        Golden.SetWeights(MocoV1GoldenTests.Child(objective, "projector"), $"{name}.{head}");
        Golden.SetWeights(MocoV1GoldenTests.Child(objective, "predictor"), $"{name}.predictor");
        MocoV1GoldenTests.CopyQueryToKey(objective);
        return objective.to(float64);
    }

    /// <summary>The step after which the cosine from <see cref="FirstMomentum"/> reaches a momentum.</summary>
    private static StepContext StepBefore(double momentum)
    {
        const long Total = 1_000_000_000;
        var progress = Math.Acos(Math.Clamp((2 * (1 - momentum) / (1 - FirstMomentum)) - 1, -1, 1)) / Math.PI;
        return new StepContext((long)Math.Round(progress * Total) - 1, Total, 0, 1, new StepRandom(0, 0), SingleReplica.Instance);
    }

    private static string[] OurKeys(string name) => [.. Golden.Open("moco_v3.json").GetProperty(name).GetProperty("keys")
        .EnumerateArray().Select(k => OurKey(k.GetString()!))];

    private static string OurKey(string authors)
    {
        var parts = authors.Split('.');
        var side = parts[0] == "momentum_encoder" ? "key." : "";
        return parts[0] == "predictor" ? authors
            : parts[1] is "fc" or "head" ? $"{side}projector.{string.Join('.', parts[2..])}"
            : $"{side}backbone.{string.Join('.', parts[1..])}";
    }

    private static MocoV3Objective NewResNet() => new(
        new MocoV3Options { Dimension = 32, HiddenDimension = 64, Momentum = FirstMomentum },
        new TestBackbones(() => new ResNet18(new ResNetOptions(), new DataInfo(4, 3))));

    private static MocoV3Objective NewVit() => new(
        new MocoV3Options
        {
            ProjectorLayers = 3,
            PredictorNorm = HeadNorm.Plain,
            Temperature = 0.2,
            Dimension = 32,
            HiddenDimension = 64,
            Momentum = FirstMomentum,
        },
        new TestBackbones(() => new VisionTransformer(
            new VisionTransformerOptions
            {
                ImageSize = 32,
                PatchSize = 4,
                Dimension = 48,
                Depth = 2,
                Heads = 3,
                Positions = PositionKind.SinCosMocoV3,
                Initialization = TransformerInitialization.MocoV3,
                FreezePatchEmbedding = true,
            },
            new DataInfo(4, 3))));
}
