using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SslFramework.Tests;

/// <summary>
/// Files as methods' own code saves them: a small backbone under the keys of the layout, and everything else that is in such a file.
/// </summary>
internal static class MethodFiles
{
    private const string Transformer = """{"name":"vit","imageSize":24,"patchSize":8,"dimension":64,"depth":2,"heads":1""";
    private const string Residual = """{"name":"resnet18","width":8,"blocksPerStage":[1,1]}""";

    private static readonly Dictionary<string, Func<MethodFile>> Makers = new()
    {
        ["torchvision"] = () => OfResidual("torchvision", "", own => Joined(own(""), Others("fc.weight", "fc.bias"))),
        ["timm, with register tokens"] = TimmWithRegisters,
        ["MoCo v2"] = () => OfResidual("moco-v1", "state_dict.module.encoder_q.", own => new()
        {
            ["epoch"] = 200,
            ["state_dict"] = State(
                own("module.encoder_q."), own("module.encoder_k.", other: true), Others("module.encoder_q.fc.0.weight", "module.encoder_k.fc.0.weight", "module.queue", "module.queue_ptr")),
            ["optimizer"] = Optimizer(),
        }),
        ["MoCo v3"] = () => OfResidual("moco-v3", "state_dict.module.base_encoder.", own => new()
        {
            ["state_dict"] = State(own("module.base_encoder."), own("module.momentum_encoder.", other: true), Others("module.base_encoder.fc.0.weight", "module.predictor.0.weight")),
            ["optimizer"] = Optimizer(),
        }),
        ["MAE"] = () => OfTransformer("mae", "model.", "}", new(), own => new()
        {
            ["model"] = State(own(""), Others(
                "mask_token", "decoder_embed.weight", "decoder_pos_embed", "decoder_blocks.0.attn.qkv.weight", "decoder_norm.weight", "decoder_pred.weight")),
        }),
        ["DINO"] = () => OfTransformer("dino", "teacher.backbone.", ""","positionOffset":0.1}""", new() { PositionOffset = 0.1 }, own => new()
        {
            ["student"] = State(own("module.backbone.", other: true), Others("module.head.mlp.0.weight", "module.head.last_layer.weight_g", "module.head.last_layer.weight_v")),
            ["teacher"] = State(own("backbone."), Others("head.mlp.0.weight", "head.last_layer.weight_g", "head.last_layer.weight_v")),
            ["optimizer"] = Optimizer(),
            ["epoch"] = 100,
            ["args"] = new PickleWriter.Namespace(),
            ["dino_loss"] = State(Others("center")),
            ["fp16_scaler"] = new Dictionary<string, object> { ["scale"] = 65536.0, ["_growth_tracker"] = 0 },
        }),
        ["DINO, residual"] = () => OfResidual("dino", "teacher.module.backbone.", own => new()
        {
            ["student"] = State(own("module.backbone.", other: true), Others("module.head.mlp.0.weight", "module.head.last_layer.weight_v")),
            ["teacher"] = State(own("module.backbone."), Others("module.head.mlp.0.weight", "module.head.last_layer.weight_v")),
            ["optimizer"] = Optimizer(),
        }),
        ["iBOT"] = () => OfTransformer("dino", "teacher.backbone.", ""","positionOffset":0.1}""", new() { PositionOffset = 0.1 }, own => new()
        {
            ["student"] = State(own("module.backbone.", other: true), Others("module.backbone.masked_embed", "module.head.mlp.0.weight", "module.head.last_layer2.weight_v")),
            ["teacher"] = State(own("backbone."), Others("backbone.masked_embed", "head.mlp.0.weight", "head.last_layer2.weight_v")),
            ["ibot_loss"] = State(Others("center", "center2")),
        }),
        ["DINOv2"] = () => OfDinoV2("", 0, chunked: false, own => Joined(own(""), Others("mask_token"))),
        ["DINOv2, with registers"] = () => OfDinoV2("", 4, chunked: false, own => Joined(own(""), Others("mask_token"))),
        ["DINOv2, in training"] = () => OfDinoV2("teacher.backbone.", 0, chunked: true, own => new()
        {
            ["teacher"] = State(own("backbone."), Others(
                "backbone.mask_token", "dino_head.mlp.0.weight", "dino_head.last_layer.weight_v", "ibot_head.mlp.0.weight", "ibot_head.last_layer.weight_v")),
        }),
        ["DINOv2, student and teacher"] = () => OfDinoV2("model.teacher.backbone.", 4, chunked: true, own => new()
        {
            ["model"] = State(own("student.backbone.", other: true), own("teacher.backbone."), Others(
                "student.backbone.mask_token", "teacher.backbone.mask_token", "student.dino_head.mlp.0.weight", "teacher.dino_head.mlp.0.weight",
                "dino_loss.center", "ibot_patch_loss.center")),
            ["optimizer"] = Optimizer(),
            ["iteration"] = 10,
        }),
        ["BEiT"] = () => OfBeit(RelativePositionKind.Shared, "shared", own => new()
        {
            ["model"] = State(own(""), Others("mask_token", "rel_pos_bias.relative_position_index", "lm_head.weight", "lm_head.bias")),
            ["optimizer"] = Optimizer(),
            ["epoch"] = 799,
            ["scaler"] = new Dictionary<string, object> { ["scale"] = 65536.0 },
            ["args"] = new PickleWriter.Namespace(),
        }),
        ["BEiT, with positions of each block"] = () => OfBeit(RelativePositionKind.PerBlock, "perBlock", own => new()
        {
            ["model"] = State(own(""), Others("blocks.0.attn.relative_position_index", "blocks.1.attn.relative_position_index", "head.weight", "head.bias")),
        }),
        ["I-JEPA"] = () => OfTransformer(
            "i-jepa", "target_encoder.module.", ""","classToken":false,"pooling":"mean"}""", new() { ClassToken = false, Pooling = TokenPooling.Mean }, own => new()
            {
                ["encoder"] = State(own("module.", other: true)),
                ["predictor"] = State(Others(
                    "module.mask_token", "module.predictor_pos_embed", "module.predictor_embed.weight", "module.predictor_blocks.0.attn.qkv.weight",
                    "module.predictor_norm.weight", "module.predictor_proj.weight")),
                ["opt"] = Optimizer(),
                ["scaler"] = new Dictionary<string, object> { ["scale"] = 65536.0 },
                ["target_encoder"] = State(own("module.")),
                ["epoch"] = 300,
                ["loss"] = 0.1,
            }),
        ["SimSiam"] = () => OfResidual("simsiam", "state_dict.module.encoder.", own => new()
        {
            ["epoch"] = 100,
            ["arch"] = "resnet50",
            ["state_dict"] = State(own("module.encoder."), Others(
                "module.encoder.fc.0.weight", "module.encoder.fc.1.running_mean", "module.encoder.fc.6.bias", "module.encoder.fc.7.running_var",
                "module.predictor.0.weight", "module.predictor.3.bias")),
            ["optimizer"] = Optimizer(),
        }),
        ["BYOL, lucidrains'"] = () => OfResidual("byol", "net.", own =>
            Joined(own("net."), own("online_encoder.net."), own("target_encoder.net.", other: true), Others(
                "net.fc.weight", "online_encoder.net.fc.weight", "online_encoder.projector.0.weight", "target_encoder.projector.0.weight", "online_predictor.0.weight"))),
        ["BYOL, with an online network"] = () => OfResidual("byol", "online_network_state_dict.encoder.", own => new()
        {
            ["online_network_state_dict"] = State(own("encoder."), Others("projection.net.0.weight")),
            ["target_network_state_dict"] = State(own("encoder.", other: true), Others("projection.net.0.weight")),
            ["optimizer_state_dict"] = Optimizer(),
        }),
        ["BYOL, solo-learn's"] = () => OfResidual("byol", "state_dict.backbone.", own => new()
        {
            ["state_dict"] = State(own("backbone."), own("momentum_backbone.", other: true), Others(
                "projector.0.weight", "momentum_projector.0.weight", "predictor.0.weight", "classifier.weight", "momentum_classifier.weight")),
            ["optimizer_states"] = new List<object> { Optimizer() },
        }),
        ["BYOL, Lightly's"] = () => OfResidual("byol", "state_dict.backbone.", own => new()
        {
            ["state_dict"] = State(Numbered(own("backbone.")), Numbered(own("backbone_momentum.", other: true)), Others(
                "projection_head.layers.0.weight", "prediction_head.layers.0.weight", "projection_head_momentum.layers.0.weight")),
        }),
        ["SwAV"] = () => OfResidual("swav", "module.", own =>
            Joined(own("module."), Others(
                "module.projection_head.0.weight", "module.projection_head.1.running_mean", "module.projection_head.3.bias", "module.prototypes.weight"))),
        ["SwAV, in training"] = () => OfResidual("swav", "state_dict.module.", own => new()
        {
            ["epoch"] = 400,
            ["state_dict"] = State(own("module."), Others("module.projection_head.0.weight", "module.prototypes.prototypes0.weight")),
            ["optimizer"] = Optimizer(),
        }),
        ["Barlow Twins"] = () => OfResidual("barlow-twins", "model.module.backbone.", own => new()
        {
            ["epoch"] = 1000,
            ["model"] = State(own("module.backbone."), Others(
                "module.projector.0.weight", "module.projector.1.running_mean", "module.projector.6.weight", "module.bn.running_mean", "module.bn.running_var", "module.bn.num_batches_tracked")),
            ["optimizer"] = Optimizer(),
        }),
        ["VICReg"] = () => OfResidual("vicreg", "model.module.backbone.", own => new()
        {
            ["epoch"] = 1000,
            ["model"] = State(own("module.backbone."), Others("module.projector.0.weight", "module.projector.0.bias", "module.projector.1.running_mean", "module.projector.6.weight")),
            ["optimizer"] = Optimizer(),
        }),
    };

    /// <summary>The backbone's weights behind a prefix, or those of another one beside it.</summary>
    private delegate Dictionary<string, object> Keys(string prefix, bool other = false);

    /// <summary>The files' names.</summary>
    public static IEnumerable<object[]> Names => Makers.Keys.Select(name => new object[] { name });

    private static Tensor Other => ones(2, 3);

    /// <summary>Makes a file; its tensors belong to the caller's dispose scope.</summary>
    public static MethodFile Make(string name) => Makers[name]();

    private static MethodFile OfResidual(string layout, string prefix, Func<Keys, Dictionary<string, object>> root)
    {
        var backbone = new ResNet18(new() { Width = 8, BlocksPerStage = [1, 1] }, new DataInfo(1, 3));
        return Of(layout, backbone, prefix, Residual, key => key, root);
    }

    private static MethodFile OfTransformer(
        string layout,
        string prefix,
        string json,
        VisionTransformerOptions options,
        Func<Keys, Dictionary<string, object>> root,
        Func<string, string>? rename = null) =>
        Of(layout, new VisionTransformer(Small(options), new DataInfo(1, 3)), prefix, Transformer + json, rename ?? (key => key), root);

    private static MethodFile OfDinoV2(string prefix, int registers, bool chunked, Func<Keys, Dictionary<string, object>> root) => OfTransformer(
        "dinov2",
        prefix,
        registers == 0 ? ""","positionOffset":0.1,"layerScale":1E-05}""" : ""","positionAntialias":true,"registerTokens":4,"layerScale":1E-05}""",
        new() { LayerScale = 1, RegisterTokens = registers, PositionOffset = registers == 0 ? 0.1 : 0, PositionAntialias = registers > 0 },
        root,
        key => (chunked ? key.Replace("blocks.1.", "blocks.1.1.", StringComparison.Ordinal).Replace("blocks.0.", "blocks.0.0.", StringComparison.Ordinal) : key)
            .Replace("reg_token", "register_tokens", StringComparison.Ordinal));

    private static MethodFile OfBeit(RelativePositionKind kind, string name, Func<Keys, Dictionary<string, object>> root)
    {
        var options = new VisionTransformerOptions
        {
            Heads = 4,
            Positions = PositionKind.None,
            RelativePositions = kind,
            QkvBias = QkvBias.QueryValue,
            LayerScale = 0.1,
            Pooling = TokenPooling.Mean,
        };
        return Of(
            "beit",
            new VisionTransformer(Small(options), new DataInfo(1, 3)),
            "model.",
            Transformer.Replace("\"heads\":1", "\"heads\":4", StringComparison.Ordinal)
                + $$""","positions":"none","relativePositions":"{{name}}","pooling":"mean","layerScale":0.1,"qkvBias":"queryValue"}""",
            key => key.Replace("ls1.gamma", "gamma_1", StringComparison.Ordinal).Replace("ls2.gamma", "gamma_2", StringComparison.Ordinal),
            root);
    }

    /// <summary>timm gives positions to patches alone if there are register tokens: the class token's are in the token.</summary>
    private static MethodFile TimmWithRegisters()
    {
        var file = OfTransformer("timm", "", ""","registerTokens":2,"layerScale":1E-05}""", new() { RegisterTokens = 2, LayerScale = 1 }, own => Joined(own(""), Others("head.weight")));
        using var gradient = no_grad();
        ((VisionTransformer)file.Backbone).get_parameter("pos_embed")!.narrow(1, 0, 1).zero_();
        file.Root["pos_embed"] = ((Tensor)file.Root["pos_embed"]).narrow(1, 1, 9).clone();
        return file;
    }

    private static MethodFile Of(
        string layout, IBackbone backbone, string prefix, string json, Func<string, string> rename, Func<Keys, Dictionary<string, object>> root)
    {
        using (no_grad())
        {
            foreach (var (name, tensor) in backbone.Module.state_dict().Where(pair => pair.Value.is_floating_point()))
            {
                tensor.copy_(name.EndsWith("running_var", StringComparison.Ordinal) ? rand_like(tensor) + 0.5 : randn_like(tensor) * 0.3);
            }
        }

        backbone.Module.eval();
        return new(layout, backbone, prefix, json, root((own, other) => StateDict.Of(backbone.Module).ToDictionary(
            pair => own + rename(pair.Key),
            pair => (object)(other && pair.Value.is_floating_point() ? pair.Value.detach() + 1 : pair.Value.detach().clone()))));
    }

    private static PickleWriter.OrderedDict State(params Dictionary<string, object>[] parts) => new(Joined(parts));

    private static Dictionary<string, object> Joined(params Dictionary<string, object>[] parts) => parts.SelectMany(part => part).ToDictionary();

    private static Dictionary<string, object> Others(params string[] keys) => keys.ToDictionary(key => key, object (_) => Other);

    /// <summary>What an optimizer remembers of parameters, which it numbers.</summary>
    private static Dictionary<string, object> Optimizer() => new()
    {
        ["state"] = new Dictionary<int, object> { [0] = new Dictionary<string, object> { ["step"] = 1, ["exp_avg"] = Other, ["exp_avg_sq"] = Other } },
        ["param_groups"] = new List<object> { new Dictionary<string, object> { ["lr"] = 0.1, ["params"] = new List<object> { 0 } } },
    };

    /// <summary>A residual network's children in a sequence.</summary>
    private static Dictionary<string, object> Numbered(Dictionary<string, object> weights) => weights.ToDictionary(
        pair => pair.Key
            .Replace(".layer2.", ".5.", StringComparison.Ordinal).Replace(".layer1.", ".4.", StringComparison.Ordinal)
            is var key && (key.Contains(".4.", StringComparison.Ordinal) || key.Contains(".5.", StringComparison.Ordinal))
                ? key
                : pair.Key.Replace(".conv1.", ".0.", StringComparison.Ordinal).Replace(".bn1.", ".1.", StringComparison.Ordinal),
        pair => pair.Value);

    private static VisionTransformerOptions Small(VisionTransformerOptions options) => options with
    {
        ImageSize = 24,
        PatchSize = 8,
        Dimension = 64,
        Depth = 2,
        Heads = options.Heads ?? 1,
    };
}

/// <summary>A file of weights as a method's code saves it.</summary>
/// <param name="Layout">The name of its layout.</param>
/// <param name="Backbone">The backbone that is published.</param>
/// <param name="Prefix">The prefix of its keys.</param>
/// <param name="Json">The backbone of an experiment.</param>
/// <param name="Root">The file.</param>
internal sealed record MethodFile(string Layout, IBackbone Backbone, string Prefix, string Json, Dictionary<string, object> Root)
{
    /// <summary>Every tensor's name in the file, of those that texts lead to.</summary>
    public IEnumerable<string> Keys => In(Root, "");

    private static IEnumerable<string> In(IReadOnlyDictionary<string, object> dictionary, string path) => dictionary.SelectMany(pair => pair.Value switch
    {
        Tensor => [path + pair.Key],
        PickleWriter.OrderedDict ordered => In(ordered.Items, $"{path}{pair.Key}."),
        Dictionary<string, object> plain => In(plain, $"{path}{pair.Key}."),
        _ => [],
    });
}
