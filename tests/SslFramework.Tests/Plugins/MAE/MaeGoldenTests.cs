using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Objectives;
using SslFramework.Plugins.MAE;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.MAE;

/// <summary>Against the authors' PyTorch code, whose keys are ours without the encoder's <c>backbone.</c></summary>
[TestClass]
public class MaeGoldenTests
{
    private const double ForwardTolerance = 1e-5;
    private const double GradientTolerance = 1e-4;

    [TestMethod]
    [DataRow("mae_mini")]
    [DataRow("mae_mini_norm")]
    [DataRow("mae_base")]
    public void Step_MaskLatentPredictionLossAndGradients_AreTheAuthors(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name);
        using var objective = New(golden);
        SetWeights(objective, name);
        var (n, side) = (Config(golden, "batch"), Config(golden, "img_size"));
        var images = Golden.Tensor("images", [n, 3, side, side], 2);
        var noise = Golden.Tensor("noise", [n, objective.Backbone.GridRows * objective.Backbone.GridColumns], 1, 0.5);

        var (latent, prediction, removed) = objective.Reconstruct(images, noise);
        var loss = objective.Loss(prediction, images, removed);
        loss.backward();

        Golden.AssertValues(golden.GetProperty("mask"), removed, 0, "mask");
        Golden.AssertValues(golden.GetProperty("ids_restore"), PatchMask.Draw(noise, 1).Restore, 0, "ids_restore");
        Golden.AssertStats(golden.GetProperty("latent"), latent, ForwardTolerance, "latent");
        Golden.AssertStats(golden.GetProperty("pred"), prediction, ForwardTolerance, "pred");
        Golden.AssertStats(golden.GetProperty("target"), Patches.Split(images, objective.Backbone.PatchSize), ForwardTolerance, "target");
        Golden.AssertClose(golden.GetProperty("loss").GetDouble(), loss.item<float>(), ForwardTolerance, "loss");
        foreach (var gradient in golden.GetProperty("grads").EnumerateObject())
        {
            var parameter = objective.named_parameters().Single(p => AuthorsKey(p.name) == gradient.Name).parameter;
            AssertGradient(gradient.Value, parameter.grad!, gradient.Name);
        }
    }

    [TestMethod]
    [DataRow("mae_mini")]
    [DataRow("mae_base")]
    public void Keys_WithoutBackbone_AreTheAuthors(string name)
    {
        var golden = Case(name);
        using var objective = New(golden);
        CollectionAssert.AreEquivalent(
            golden.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).ToArray(),
            objective.state_dict().Keys.Select(AuthorsKey).ToArray());
    }

    [TestMethod]
    public void Parameters_OfVitBaseAndDecoder_AreAsManyAsPublished()
    {
        using var objective = New(Case("mae_base"));
        Assert.AreEqual(111_907_840, objective.parameters().Sum(p => p.numel()));
    }

    [TestMethod]
    public void Positions_OfTheEncoder_AreTheAuthors()
    {
        var golden = Golden.Open("mae.json").GetProperty("pos_embed_48_8x8");
        using var objective = New(Case("mae_mini"));
        using var positions = objective.state_dict()["backbone.pos_embed"].squeeze(0);

        Golden.AssertStats(golden, positions, 1e-6, "pos_embed");
        Golden.AssertValues(golden.GetProperty("row_9"), positions[9], 1e-6, "row 9");
    }

    /// <summary>Relative to the gradient's own size, which is far below 1.</summary>
    private static void AssertGradient(JsonElement golden, Tensor actual, string name)
    {
        var values = actual.to(float64).contiguous().flatten();
        var size = golden.GetProperty("abs_mean").GetDouble();
        Golden.AssertClose(1, values.abs().mean().item<double>() / size, GradientTolerance, $"{name}: mean absolute value");
        Golden.AssertClose(golden.GetProperty("std").GetDouble() / size, values.std(false).item<double>() / size, GradientTolerance, $"{name}: deviation");
        var head = golden.GetProperty("head").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        for (var i = 0; i < head.Length; i++)
        {
            Golden.AssertClose(head[i] / size, values[i].item<double>() / size, GradientTolerance, $"{name} [{i}]");
        }
    }

    private static JsonElement Case(string name) => Golden.Open("mae.json").GetProperty(name);

    private static int Config(JsonElement golden, string key) => golden.GetProperty("config").GetProperty(key).GetInt32();

    private static string AuthorsKey(string key) =>
        key.StartsWith("backbone.", StringComparison.Ordinal) ? key["backbone.".Length..] : key;

    private static MaeObjective New(JsonElement golden)
    {
        var config = golden.GetProperty("config");
        var encoder = new VisionTransformerOptions
        {
            ImageSize = Config(golden, "img_size"),
            PatchSize = Config(golden, "patch_size"),
            Dimension = Config(golden, "embed_dim"),
            Depth = Config(golden, "depth"),
            Heads = Config(golden, "num_heads"),
            Positions = PositionKind.SinCosMae,
            Initialization = TransformerInitialization.Mae,
        };
        var options = new MaeOptions
        {
            MaskRatio = config.GetProperty("mask_ratio").GetDouble(),
            DecoderDimension = Config(golden, "decoder_embed_dim"),
            DecoderDepth = Config(golden, "decoder_depth"),
            DecoderHeads = Config(golden, "decoder_num_heads"),
            NormalizePixels = config.GetProperty("norm_pix_loss").GetBoolean(),
        };
        return new MaeObjective(options, new TestBackbones(() => new VisionTransformer(encoder, new DataInfo(1, 3))));
    }

    private static void SetWeights(MaeObjective objective, string name)
    {
        using var gradient = no_grad();
        Golden.SetWeights(objective.Backbone.Module, name, "pos_embed");
        foreach (var (part, module) in objective.named_children().Where(child => child.name != "backbone"))
        {
            Golden.SetWeights(module, $"{name}.{part}");
        }

        var maskToken = objective.named_parameters().Single(p => p.name == "mask_token").parameter;
        maskToken.copy_(Golden.Tensor($"{name}.mask_token", maskToken.shape, 0.2));
    }
}
