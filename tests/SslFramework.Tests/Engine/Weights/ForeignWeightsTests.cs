using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using SslFramework.Core.Weights;
using SslFramework.Engine.Weights;
using SslFramework.Tests.Engine.Weights.Torch;
using static TorchSharp.torch;

namespace SslFramework.Tests.Engine.Weights;

/// <summary>A backbone's weights in each layout, as the methods' own code saves them, give the backbone's features again.</summary>
[TestClass]
internal sealed class ForeignWeightsTests
{
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    [TestMethod]
    [DataRow(WeightLayout.Torchvision, true)]
    [DataRow(WeightLayout.Torchvision, false)]
    [DataRow(WeightLayout.Timm, false)]
    [DataRow(WeightLayout.MocoV1, true)]
    [DataRow(WeightLayout.MocoV3, true)]
    [DataRow(WeightLayout.MocoV3, false)]
    [DataRow(WeightLayout.Mae, false)]
    public void Read_WeightsOfEachLayout_GiveEqualFeatures(WeightLayout layout, bool residual)
    {
        using var scope = NewDisposeScope();
        var (backbone, again, images) = (Backbone(residual), Backbone(residual), rand(2, 3, 16, 16));
        var (weights, others) = Saved(backbone, layout, residual);
        var entries = weights.Concat(others.ToDictionary(key => key, object (_) => ones(2, 3))).ToDictionary();
        var root = new Dictionary<string, object> { ["epoch"] = 3, [layout == WeightLayout.Mae ? "model" : "state_dict"] = new PickleWriter.OrderedDict(entries) };
        if (layout == WeightLayout.MocoV1)
        {
            File.WriteAllBytes(path, PickleWriter.Legacy(root)); // as MoCo's own files are
        }
        else
        {
            PickleWriter.WriteArchive(path, root);
        }

        var read = ForeignWeights.Read(path);
        Assert.AreEqual(layout, read.Layout);
        var holder = layout == WeightLayout.Mae ? "model." : "state_dict.";
        CollectionAssert.AreEquivalent(others.Select(key => holder + key).ToArray(), read.Left.ToArray());
        StateDict.Load(again.Module, read.Tensors);
        Assert.IsTrue(backbone.Forward(images).Equals(again.Forward(images)), "equal features");
        KnownNetwork.Of(read.Tensors, path); // every key is there, with its shape
    }

    [TestMethod]
    [DataRow("backbone.", "head.0.weight")] // mmselfsup, Lightning
    [DataRow("state_dict.backbone.", "state_dict.neck.fc0.weight")]
    [DataRow("module.encoder.", "module.predictor.0.weight")] // SimSiam
    [DataRow("module.", "module.projection_head.0.weight")] // SwAV
    [DataRow("model.", "model.fc.weight")]
    [DataRow("teacher.backbone.", "student.module.backbone.conv1.weight")] // DINO: the teacher is published
    [DataRow("state_dict.backbone.", "state_dict.momentum_backbone.conv1.weight")]
    [DataRow("state_dict.", "state_dict_ema.conv1.weight")]
    public void Of_ABackboneBehindAnyPrefix_IsFoundWithoutHeads(string prefix, string other)
    {
        using var scope = NewDisposeScope();
        var weights = StateDict.Of(Backbone(residual: true).Module);
        var file = weights.ToDictionary(pair => prefix + pair.Key, pair => pair.Value);
        var hasSecond = other.EndsWith("conv1.weight", StringComparison.Ordinal);
        file[other] = ones(2);
        if (hasSecond)
        {
            file[other.Replace("conv1", "layer1.0.conv1", StringComparison.Ordinal)] = ones(2);
        }

        var read = ForeignWeights.Of(file, "x.pth");

        Assert.AreEqual(prefix, read.Prefix);
        CollectionAssert.AreEquivalent(weights.Keys.ToArray(), read.Tensors.Keys.ToArray());
        CollectionAssert.Contains(read.Left.ToArray(), other);
        CollectionAssert.AreEqual(hasSecond ? [other[..^"conv1.weight".Length]] : Array.Empty<string>(), read.Others.ToArray());
        CollectionAssert.AreEquivalent(weights.Keys.ToArray(), ForeignWeights.Of(file, [.. weights.Keys])!.Keys.ToArray(), "by a network's own keys, whatever its kind");
    }

    [TestMethod]
    public void Of_SeveralBackbones_TakesTheOneThatIsNamed()
    {
        using var scope = NewDisposeScope();
        var weights = StateDict.Of(Backbone(residual: false).Module);
        var file = weights.SelectMany(pair => new[] { KeyValuePair.Create("teacher.backbone." + pair.Key, pair.Value), new("student.module.backbone." + pair.Key, pair.Value + 1) }).ToDictionary();

        foreach (var named in new[] { "student", "student.", "student.module.backbone." })
        {
            var read = ForeignWeights.Of(file, "x.pth", prefix: named);
            Assert.AreEqual("student.module.backbone.", read.Prefix);
            Assert.AreSame(file["student.module.backbone.pos_embed"], read.Tensors["pos_embed"]);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Of(file, "x.pth", prefix: "stud")).Message,
            "has no backbone behind 'stud.'; name one of 'teacher.backbone.', 'student.module.backbone.' with --prefix.");
    }

    [TestMethod]
    public void Of_KeysThatANetworkDoesNotHave_AreNotTakenForItsOwn()
    {
        using var weight = ones(1);
        var file = new Dictionary<string, Tensor> { ["a.w"] = weight, ["b.v"] = weight };
        Assert.IsNull(ForeignWeights.Of(file, ["w", "v"]), "they lie behind different prefixes");
        file["a.norm.num_batches_tracked"] = file["a.fc.weight"] = file["a.strange"] = weight;
        CollectionAssert.AreEquivalent(new[] { "w", "strange" }, ForeignWeights.Of(file, ["w"])!.Keys.ToArray(), "counters and heads may be left out, and nothing else");
    }

    [TestMethod]
    public void Of_KeysOfNoLayout_SaysSo()
    {
        using var weight = ones(1);
        var error = Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Of(new Dictionary<string, Tensor> { ["strange.weight"] = weight }, "x.pth"));
        StringAssert.Contains(error.Message, "'strange.weight'");
        Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Of(new Dictionary<string, Tensor> { ["conv1.weight"] = weight }, "x.pth", WeightLayout.MocoV1));
    }

    [TestMethod]
    [DataRow(WeightLayout.Mae, "conv1.weight", "is not in the layout mae: its key 'conv1.weight' is of the layout torchvision")]
    [DataRow(WeightLayout.Torchvision, "module.patch_embed.proj.weight", "'module.patch_embed.proj.weight' is of the layout timm")]
    [DataRow(WeightLayout.Timm, "encoder_q.conv1.weight", "is of the layout moco-v1")]
    public void Of_ALayoutThatAKeySpeaksAgainst_NamesTheKey(WeightLayout said, string key, string sentence)
    {
        using var weight = ones(1);
        var file = new Dictionary<string, Tensor> { [key] = weight };
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => ForeignWeights.Of(file, "x.pth", said)).Message, sentence);
    }

    [TestMethod]
    [DataRow(WeightLayout.Mae, "patch_embed.proj.weight")]
    [DataRow(WeightLayout.Timm, "conv1.weight")]
    public void Of_LayoutsThatShareKeys_AreTakenAsSaid(WeightLayout said, string key)
    {
        using var weight = ones(1);
        Assert.AreEqual(said, ForeignWeights.Of(new Dictionary<string, Tensor> { [key] = weight }, "x.pth", said).Layout);
    }

    [TestMethod]
    public void Read_AFolder_SaysSo() =>
        StringAssert.Contains(Assert.ThrowsExactly<SafeTensorsException>(() => ForeignWeights.Read(Path.GetTempPath())).Message, "is a folder");

    [TestMethod]
    public void KnownNetwork_OfWeightsWithMissingUnexpectedAndDifferentKeys_NamesThem()
    {
        using var scope = NewDisposeScope();
        var weights = StateDict.Of(Backbone(residual: true).Module).ToDictionary();
        weights.Remove("layer1.0.conv2.weight");
        weights["layer1.0.strange"] = ones(1);
        weights["bn1.bias"] = ones(5);
        var error = Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth"));
        foreach (var part in new[] { "1 missing (layer1.0.conv2.weight)", "1 unexpected (layer1.0.strange)", "bn1.bias is [5] but must be [8]" })
        {
            StringAssert.Contains(error.Message, part);
        }
    }

    [TestMethod]
    public void KnownNetwork_OfWeightsThatAreNotFinite_NamesThem()
    {
        using var scope = NewDisposeScope();
        var weights = StateDict.Of(Backbone(residual: true).Module).ToDictionary();
        weights["bn1.running_var"] = full([8], float.NaN);
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth")).Message, "'x.pth' holds NaN or infinity, of which nothing can be computed: 1 not finite (bn1.running_var)");
    }

    [TestMethod]
    public void KnownNetwork_OfAFewWeightsOfALargeNetwork_DoesNotBuildIt()
    {
        using var scope = NewDisposeScope();
        var residual = new Dictionary<string, Tensor> { ["conv1.weight"] = zeros(40_000, 1, 1, 1), ["layer1.0.conv1.weight"] = ones(1), ["layer2.0.conv1.weight"] = ones(1) };
        var transformer = new Dictionary<string, Tensor> { ["patch_embed.proj.weight"] = zeros(40_000, 1, 1, 1), ["pos_embed"] = zeros(1, 5, 2), ["blocks.99.x"] = ones(1) };
        foreach (var weights in new[] { residual, transformer })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth")).Message, "lacks most weights of the network");
        }
    }

    [TestMethod]
    [DataRow("resnet101", null, null, "{\"name\":\"resnet101\",\"width\":16}")]
    [DataRow("resnet161", null, null, "{\"name\":\"resnet161\",\"width\":16}")]
    [DataRow("resnext50", null, null, "{\"name\":\"resnext50\",\"width\":16}")]
    [DataRow("wide-resnet50", null, null, "{\"name\":\"wide-resnet50\",\"width\":16}")]
    [DataRow("resnet101", 32, 8, "{\"name\":\"resnet101\",\"width\":16,\"groups\":32,\"widthPerGroup\":8}")]
    public void KnownNetwork_OfAResidualNetwork_NamesIt(string name, int? groups, int? widthPerGroup, string expected)
    {
        var options = new ResNetOptions { Width = 16, Groups = groups, WidthPerGroup = widthPerGroup };
        using var network = Array.Find(ResNetSize.All, size => size.Name == name)!.Create(options, new DataInfo(1, 3));
        Assert.AreEqual(expected, KnownNetwork.Of(StateDict.Of(network), "x.pth").Json);
    }

    [TestMethod]
    public void KnownNetwork_OfATransformer_TakesTheHeadsThatAreSaid()
    {
        using var network = new VisionTransformer(new() { ImageSize = 16, PatchSize = 8, Dimension = 12, Depth = 1, Heads = 3 }, new DataInfo(1, 3));
        var weights = StateDict.Of(network);

        var (json, heads) = KnownNetwork.Of(weights, "x.pth", heads: 3);

        Assert.AreEqual(3, heads);
        StringAssert.Contains(json, "\"heads\":3");
        Assert.AreEqual(1, KnownNetwork.Of(weights, "x.pth").Heads);
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => KnownNetwork.Of(weights, "x.pth", heads: 5)).Message, "12 dimensions, which cannot be shared among 5");
    }

    [TestMethod]
    public void KnownNetwork_OfOurNetworks_IsTheirName()
    {
        using var scope = NewDisposeScope();
        var data = new DataInfo(1, 3);
        Assert.AreEqual("resnet18", JsonOf(new ResNet18(new(), data)));
        Assert.AreEqual("""{"name":"resnet34","stem":"small"}""", JsonOf(new ResNet34(new() { Stem = ResNetStem.Small }, data)));
        Assert.AreEqual("vit-tiny", JsonOf(new TinyVisionTransformer(new(), data)));

        static string JsonOf(nn.Module network)
        {
            using (network)
            {
                return KnownNetwork.Of(StateDict.Of(network), "x").Json;
            }
        }
    }

    private static IBackbone Backbone(bool residual)
    {
        IBackbone backbone = residual
            ? new ResNet18(new() { Width = 8, BlocksPerStage = [1, 1] }, new DataInfo(1, 3))
            : new VisionTransformer(new() { ImageSize = 16, PatchSize = 8, Dimension = 64, Depth = 2, Heads = 1 }, new DataInfo(1, 3));
        backbone.Module.eval();
        return backbone;
    }

    private static (Dictionary<string, object> Weights, string[] Others) Saved(IBackbone backbone, WeightLayout layout, bool residual)
    {
        var head = residual ? "fc" : "head";
        var (prefix, others) = layout switch
        {
            WeightLayout.MocoV1 => ("module.encoder_q.", new[] { "module.encoder_q.fc.weight", "module.encoder_k.conv1.weight", "module.queue" }),
            WeightLayout.MocoV3 => ("module.base_encoder.", [$"module.base_encoder.{head}.0.weight", "module.momentum_encoder.conv1.weight", "module.predictor.0.weight"]),
            WeightLayout.Mae => ("", ["mask_token", "decoder_pos_embed", "decoder_embed.weight", "decoder_blocks.0.norm1.weight", "decoder_pred.weight"]),
            WeightLayout.Torchvision => ("", [residual ? "fc.weight" : "heads.head.weight"]),
            _ => ("", ["head.weight"]),
        };
        return (StateDict.Of(backbone.Module).ToDictionary(
            pair => prefix + (layout == WeightLayout.Torchvision && !residual ? TorchvisionKey(pair.Key) : pair.Key), pair => (object)pair.Value), others);
    }

    private static string TorchvisionKey(string timm) => timm
        .Replace("cls_token", "class_token", StringComparison.Ordinal).Replace("pos_embed", "encoder.pos_embedding", StringComparison.Ordinal)
        .Replace("patch_embed.proj", "conv_proj", StringComparison.Ordinal).Replace("blocks.", "encoder.layers.encoder_layer_", StringComparison.Ordinal)
        .Replace("norm1", "ln_1", StringComparison.Ordinal).Replace("norm2", "ln_2", StringComparison.Ordinal)
        .Replace("attn.qkv.", "self_attention.in_proj_", StringComparison.Ordinal).Replace("attn.proj", "self_attention.out_proj", StringComparison.Ordinal)
        .Replace("mlp.fc1", "mlp.0", StringComparison.Ordinal).Replace("mlp.fc2", "mlp.3", StringComparison.Ordinal)
        .Replace("norm.", "encoder.ln.", StringComparison.Ordinal);
}
