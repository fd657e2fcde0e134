using System.Text.Json;
using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Tests.Core.Backbones.Transformers;

/// <summary>Against timm.</summary>
[TestClass]
internal class VisionTransformerGoldenTests
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

    private static JsonElement Case(string name) => Golden.Open("vit.json").GetProperty(name);

    private static TinyVisionTransformer Build(string name, int image, int patch)
    {
        var transformer = new TinyVisionTransformer(
            new VisionTransformerOptions { ImageSize = image, PatchSize = patch }, new DataInfo(1, 3));
        Golden.SetWeights(transformer, name);
        return transformer;
    }
}
