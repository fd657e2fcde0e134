using System.Text.Json;
using System.Text.Json.Nodes;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Weights;
using SslFramework.Tests.Engine.Weights.Torch;
using static TorchSharp.torch;
using HostJson = SslFramework.Host.Configuration.Json;

namespace SslFramework.Tests.Engine.Weights;

/// <summary>Methods' own files are told apart by their keys, and the network that is built for them gives the published features.</summary>
[TestClass]
internal sealed class MethodLayoutTests
{
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    public static IEnumerable<object[]> Files => MethodFiles.Names;

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Read_AMethodsFile_IsToldByItsNameAndGivesEqualFeatures(string name)
    {
        using var scope = NewDisposeScope();
        var file = MethodFiles.Make(name);
        PickleWriter.WriteArchive(path, file.Root);

        var read = ForeignWeights.Read(path);
        var (json, heads) = KnownNetwork.Of(read.Tensors, path, layout: read.Layout);

        Assert.AreEqual(file.Layout, LayoutNames.Of(read.Layout));
        Assert.AreEqual(file.Prefix, read.Prefix);
        Assert.AreEqual(file.Json, json);
        Assert.AreEqual(name.StartsWith("BEiT", StringComparison.Ordinal) || file.Backbone is ResNet ? null : 1, heads, "a table of relative positions tells the heads");
        Assert.AreEqual(file.Keys.Count() - read.Tensors.Count, read.Left.Count, "heads, students and all others are told");
        var again = Built(json);
        StateDict.Load(again.Module, read.Tensors);
        foreach (var side in json.Contains("relativePositions", StringComparison.Ordinal) ? [24] : new[] { 24, 16, 40 })
        {
            var images = rand(2, 3, side, side);
            Assert.IsTrue(file.Backbone.Forward(images).Equals(again.Forward(images)), $"equal features of {side} × {side} pixels");
        }
    }

    [TestMethod]
    public void Read_WhatImportWrote_IsTheSameAgain()
    {
        using var scope = NewDisposeScope();
        foreach (var name in Files.Select(row => (string)row[0]))
        {
            PickleWriter.WriteArchive(path, MethodFiles.Make(name).Root);
            var first = ForeignWeights.Read(path).Tensors;
            var again = ForeignWeights.Of(first, path);
            CollectionAssert.AreEquivalent(first.Keys.ToArray(), again.Tensors.Keys.ToArray(), name);
            Assert.AreEqual(0, again.Left.Count, name);
        }
    }

    [TestMethod]
    [DataRow("I-JEPA", "encoder", "encoder.module.")]
    [DataRow("DINO", "student", "student.module.backbone.")]
    [DataRow("BYOL, lucidrains'", "target_encoder", "target_encoder.net.")]
    [DataRow("BYOL, solo-learn's", "state_dict.momentum_backbone", "state_dict.momentum_backbone.")]
    [DataRow("BYOL, Lightly's", "state_dict.backbone_momentum", "state_dict.backbone_momentum.")]
    public void Read_WithThePrefixOfTheSecondBackbone_TakesItInTheSameLayout(string name, string prefix, string place)
    {
        using var scope = NewDisposeScope();
        var file = MethodFiles.Make(name);
        PickleWriter.WriteArchive(path, file.Root);
        CollectionAssert.Contains(ForeignWeights.Read(path).Others.ToArray(), place);

        var read = ForeignWeights.Read(path, prefix: prefix);

        Assert.AreEqual(place, read.Prefix);
        Assert.AreEqual(file.Layout, LayoutNames.Of(read.Layout));
        KnownNetwork.Of(read.Tensors, path);
    }

    [TestMethod]
    [DataRow("dino", """ "positionOffset":0.1}""")]
    [DataRow("dinov2", """ "positionOffset":0.1}""")]
    [DataRow("mae", """ "heads":1}""")]
    [DataRow("i-jepa", """ "heads":1}""")]
    [DataRow("byol", """ "heads":1}""")]
    public void Of_ATransformerWithTimmsKeysAlone_IsOfTheLayoutThatIsSaid(string said, string end)
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(Transformer(new()));

        var read = ForeignWeights.Of(weights, "x.pth", LayoutNames.All[said]);

        Assert.AreEqual(said, LayoutNames.Of(read.Layout));
        StringAssert.EndsWith(KnownNetwork.Of(read.Tensors, "x.pth", layout: read.Layout).Json, end.Trim());
    }

    [TestMethod]
    [DataRow("barlow-twins")]
    [DataRow("vicreg")]
    [DataRow("swav")]
    [DataRow("simsiam")]
    [DataRow("byol")]
    [DataRow("dino")]
    public void Of_AResidualNetworkAlone_IsOfTheLayoutThatIsSaid(string said)
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(new ResNet18(new() { Width = 8, BlocksPerStage = [1, 1] }, new DataInfo(1, 3)));
        Assert.AreEqual(said, LayoutNames.Of(ForeignWeights.Of(weights, "x.pth", LayoutNames.All[said]).Layout));
        Assert.AreEqual("torchvision", LayoutNames.Of(ForeignWeights.Of(weights, "x.pth").Layout));
    }

    [TestMethod]
    [DataRow("DINOv2", "mae")]
    [DataRow("BEiT", "mae")]
    [DataRow("BEiT", "dinov2")]
    [DataRow("MAE", "dinov2")]
    [DataRow("SwAV", "barlow-twins")]
    [DataRow("I-JEPA", "byol")]
    public void Of_AFileOfAnotherMethod_IsNotTakenForTheOneThatIsSaid(string name, string said)
    {
        using var scope = NewDisposeScope();
        var file = MethodFiles.Make(name);
        PickleWriter.WriteArchive(path, file.Root);
        var error = Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Read(path, LayoutNames.All[said]));
        StringAssert.Contains(error.Message, $"is not in the layout {said}");
        StringAssert.Contains(error.Message, $"is of the layout {file.Layout};");
    }

    [TestMethod]
    [DataRow("i-jepa", 1408, 16)]
    [DataRow("timm", 1408, 22)]
    [DataRow("moco-v3", 384, 12)]
    [DataRow("timm", 384, 6)]
    public void KnownNetwork_OfALayoutWhoseAuthorsHadOtherHeads_TakesThem(string layout, int dimension, int heads)
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(new VisionTransformer(
            new() { ImageSize = 8, PatchSize = 8, Dimension = dimension, Depth = 1, Heads = 1, MlpRatio = 15.0 / dimension }, new DataInfo(1, 1)));
        Assert.AreEqual(heads, KnownNetwork.Of(weights, "x.pth", layout: LayoutNames.All[layout]).Heads);
    }

    [TestMethod]
    public void KnownNetwork_OfAWidthThatNoRatioGivesExactly_HasIt()
    {
        using var scope = NewDisposeScope();
        var ratio = Math.BitIncrement(15 / 1408.0); // 1408 · (15 / 1408) is less than 15
        var weights = WeightsOf(new VisionTransformer(
            new() { ImageSize = 8, PatchSize = 8, Dimension = 1408, Depth = 1, Heads = 1, MlpRatio = ratio }, new DataInfo(1, 1)));
        Assert.AreEqual(15, weights["blocks.0.mlp.fc1.weight"].shape[0]);
        KnownNetwork.Of(weights, "x.pth");
    }

    [TestMethod]
    public void KnownNetwork_OfBiasesThatTransformersMayLack_HasNone()
    {
        using var scope = NewDisposeScope();
        var json = KnownNetwork.Of(WeightsOf(Transformer(new() { QkvBias = QkvBias.None })), "x.pth").Json;
        StringAssert.EndsWith(json, """ "qkvBias":"none"}""".Trim());
    }

    [TestMethod]
    [DataRow("dist_token", "a distillation token, as DeiT's distilled ones have ('dist_token')")]
    [DataRow("blocks.0.mlp.w12.weight", "SwiGLU layers, as DINOv2's ViT-g has ('blocks.0.mlp.w12.weight')")]
    [DataRow("fc_norm.weight", "a norm after the mean of the tokens, as fine-tuned ones of BEiT and MAE have ('fc_norm.weight')")]
    [DataRow("rope_embed.periods", "rotary positions, as DINOv3's have ('rope_embed.periods')")]
    public void KnownNetwork_OfATransformerWithPartsThatNoNetworkHasHere_NamesThem(string key, string what)
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(Transformer(new())).ToDictionary();
        weights[key] = ones(1);
        var error = Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth"));
        Assert.AreEqual($"'x.pth' is a vision transformer with {what}, which no network here has; take weights without them.", error.Message);
    }

    [TestMethod]
    public void KnownNetwork_OfRelativePositionsOfNoSquare_SaysSo()
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(Transformer(new() { Positions = PositionKind.None, RelativePositions = RelativePositionKind.Shared })).ToDictionary();
        weights["rel_pos_bias.relative_position_bias_table"] = zeros(3 * 5, 1);
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth")).Message,
            "relative positions of no square grid of patches ('rel_pos_bias.relative_position_bias_table' has 15 rows)");
    }

    [TestMethod]
    public void Of_BlocksThatAreNumberedAnewInEachChunk_AreRefused()
    {
        using var scope = NewDisposeScope();
        var weights = WeightsOf(Transformer(new() { LayerScale = 1 })).ToDictionary(
            pair => pair.Key.Replace("blocks.0.", "blocks.0.0.", StringComparison.Ordinal).Replace("blocks.1.", "blocks.1.0.", StringComparison.Ordinal), pair => pair.Value);
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Of(weights, "x.pth")).Message, "'x.pth' holds 'blocks.0.");
    }

    /// <summary>A few bytes that say they are a network that would fill the memory.</summary>
    [TestMethod]
    public void KnownNetwork_OfAFewNumbersThatTellOfManyMore_DoesNotBuildIt()
    {
        using var scope = NewDisposeScope();
        var patch = zeros(40_000, 1, 1, 1);
        var small = WeightsOf(Transformer(new() { Positions = PositionKind.None, RelativePositions = RelativePositionKind.Shared }));
        Dictionary<string, Tensor>[] files =
        [
            new() { ["patch_embed.proj.weight"] = patch, ["pos_embed"] = zeros(1, 5, 2) },
            new() { ["patch_embed.proj.weight"] = zeros(64, 1, 1, 1), ["pos_embed"] = zeros(1, 1 << 16, 1) },
            new(small) { ["rel_pos_bias.relative_position_bias_table"] = zeros((255 * 255) + 3, 1) },
        ];
        foreach (var weights in files)
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth")).Message, "lacks most weights of the network");
        }
    }

    /// <summary>Keys of thousands of words cost no more than they are long.</summary>
    [TestMethod]
    [Timeout(20_000)]
    public void In_KeysOfManyWords_IsQuick()
    {
        var deep = string.Concat(Enumerable.Repeat("a.", 100_000));
        string[] many = [.. Enumerable.Range(0, 20_000).Select(i => $"{i}.patch_embed.proj.weight")];
        Assert.AreEqual(20_001, BackbonePlace.In([deep + "patch_embed.proj.weight", .. many]).Count);
    }

    private static VisionTransformer Transformer(VisionTransformerOptions options) => new(
        options with { ImageSize = 24, PatchSize = 8, Dimension = 64, Depth = 2, Heads = 1 }, new DataInfo(1, 3));

    /// <summary>Copies, which do not die with the network.</summary>
    private static Dictionary<string, Tensor> WeightsOf(nn.Module network)
    {
        using (network)
        {
            return StateDict.Of(network).ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        }
    }

    /// <summary>The network that the JSON is of.</summary>
    private static IBackbone Built(string json)
    {
        var options = (JsonObject)JsonNode.Parse(json)!;
        var name = (string)options["name"]!;
        options.Remove("name");
        IBackbone backbone = name == "vit"
            ? new VisionTransformer(options.Deserialize<VisionTransformerOptions>(HostJson.Indented)!, new DataInfo(1, 3))
            : new ResNet18(options.Deserialize<ResNetOptions>(HostJson.Indented)!, new DataInfo(1, 3));
        backbone.Module.eval();
        return backbone;
    }
}
