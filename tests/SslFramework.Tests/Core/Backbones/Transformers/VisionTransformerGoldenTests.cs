using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

/// <summary>Against timm, and DINOv2 for registers, layer scale and masked tokens.</summary>
[TestClass]
public class VisionTransformerGoldenTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow("vit_tiny_patch16_224", 224, 16)]
    [DataRow("vit_tiny_patch4_32", 32, 4)]
    public void Keys_AreTimms(string name, int image, int patch)
    {
        var expected = Case(name).GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)
            .Where(key => !key.StartsWith("head.", StringComparison.Ordinal)).ToArray();
        using var transformer = Build(name, image, patch);
        CollectionAssert.AreEqual(expected, transformer.state_dict().Keys.ToArray());
    }

    [TestMethod]
    [DataRow("vit_tiny_patch16_224", 224, 16)]
    [DataRow("vit_tiny_patch4_32", 32, 4)]
    public void Evaluation_EveryBlockTokensAndLogits_AreTimms(string name, int image, int patch)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var golden = Case(name);
        using var transformer = Build(name, image, patch);
        transformer.eval();
        var images = Golden.Tensor("images", [2, 3, image, image], 2);

        var layers = transformer.ForwardLayers(images);
        var blocks = golden.GetProperty("blocks").EnumerateObject().ToArray();
        Assert.HasCount(layers.Count - 2, blocks);
        foreach (var block in blocks)
        {
            Golden.AssertStats(block.Value, layers[1 + int.Parse(block.Name)], Tolerance, $"block {block.Name}");
        }

        Golden.AssertStats(golden.GetProperty("tokens"), layers[^1], Tolerance, "tokens");
        Golden.AssertStats(
            golden.GetProperty("tokens"),
            transformer.EncodeTokens(transformer.EmbedPatches(images) + transformer.PatchPositions),
            Tolerance,
            "encoded tokens");
        var features = transformer.Forward(images);
        Golden.AssertValues(golden.GetProperty("cls"), features, Tolerance, "class token");
        using var classifier = nn.Linear(transformer.FeatureDimension, 1000);
        using var head = nn.Sequential(("head", classifier));
        Golden.SetWeights(head, name);
        Golden.AssertStats(golden.GetProperty("logits"), head.call(features), Tolerance, "logits");
    }

    [TestMethod]
    public void DinoV2s_KeysAreTheirsButForTheRegisters()
    {
        var golden = new GoldenCase("dinov2.json", "dinov2_vit");
        using var transformer = new VisionTransformer(DinoV2(golden), new DataInfo(1, 3));
        var expected = golden["keys"].EnumerateArray().Select(key => key.GetString()!).Where(key => key != "mask_token");
        CollectionAssert.AreEquivalent(expected.ToArray(), transformer.state_dict().Keys.Select(DinoV2Key).ToArray());
    }

    [TestMethod]
    public void DinoV2s_ClearAndMaskedTokensAndGradients_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("dinov2.json", "dinov2_vit");
        using var transformer = new VisionTransformer(DinoV2(golden), new DataInfo(1, 3));
        golden.SetWeights(transformer, DinoV2Key);
        var maskToken = Golden.Tensor("dinov2_vit.mask_token", [1, 24], 0.2).to(float64).requires_grad_();
        var embedded = transformer.EmbedPatches(golden.Input("images")); // [2, 64, 24]
        var mask = golden.Input("mask").gt(0.2).unsqueeze(2);

        var clear = transformer.EncodeTokens(embedded + transformer.PatchPositions);
        var masked = transformer.EncodeTokens(where(mask, maskToken, embedded) + transformer.PatchPositions);

        AssertTokens("clear", clear);
        AssertTokens("masked", masked);
        Assert.IsTrue(clear.select(1, 0).Equals(transformer.Forward(golden.Input("images"))), "pooled");
        Assert.AreEqual(3, transformer.PrefixTokens);
        (masked[TensorIndex.Colon, 3..] * golden.Input("probe")).sum().backward();
        foreach (var gradient in golden["gradients"].EnumerateObject())
        {
            var ours = gradient.Name == "mask_token" ? maskToken.grad!
                : transformer.named_parameters().Single(p => DinoV2Key(p.name) == gradient.Name).parameter.grad!;
            Golden.AssertStats(gradient.Value, ours, 1e-7, gradient.Name);
        }

        void AssertTokens(string name, Tensor tokens)
        {
            Golden.AssertStats(golden[name].GetProperty("x_norm_clstoken"), tokens[TensorIndex.Colon, 0], 1e-7, $"{name}: class token");
            Golden.AssertStats(golden[name].GetProperty("x_norm_regtokens"), tokens[TensorIndex.Colon, 1..3], 1e-7, $"{name}: registers");
            Golden.AssertStats(golden[name].GetProperty("x_norm_patchtokens"), tokens[TensorIndex.Colon, 3..], 1e-7, $"{name}: patches");
        }
    }

    internal static VisionTransformerOptions DinoV2(GoldenCase golden) => new()
    {
        ImageSize = (int)golden.Config("img_size"),
        PatchSize = (int)golden.Config("patch_size"),
        Dimension = (int)golden.Config("embed_dim"),
        Depth = (int)golden.Config("depth"),
        Heads = (int)golden.Config("num_heads"),
        RegisterTokens = (int)golden.Config("num_register_tokens"),
        LayerScale = 1e-5,
    };

    internal static string DinoV2Key(string key) => key == "reg_token" ? "register_tokens" : key;

    private static JsonElement Case(string name) => Golden.Open("vit.json").GetProperty(name);

    private static TinyVisionTransformer Build(string name, int image, int patch)
    {
        var transformer = new TinyVisionTransformer(
            new VisionTransformerOptions { ImageSize = image, PatchSize = patch }, new DataInfo(1, 3));
        Golden.SetWeights(transformer, name);
        return transformer;
    }
}
