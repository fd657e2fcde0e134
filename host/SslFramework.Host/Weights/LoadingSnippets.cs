using System.Reflection;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;

namespace SslFramework.Host.Weights;

/// <summary>Code that loads an exported backbone, to copy from its card.</summary>
internal static class LoadingSnippets
{
    /// <summary>With torchvision or timm; null where neither has the network.</summary>
    public static string? Python(IBackbone backbone)
    {
        var weights = StateDict.Of(backbone.Module);
        return backbone switch
        {
            ResNet network when weights["conv1.weight"].shape[0] == 64 => ResNetPython(network, weights),
            VisionTransformer { IsTimms: true } network => VisionTransformerPython(network, weights),
            _ => null,
        };
    }

    /// <summary>With this framework.</summary>
    public static string CSharp(Component<IBackbone> component, IBackbone backbone)
    {
        var (channels, side, type) = (backbone.Channels, Side(backbone), backbone.GetType());
        return $"""
            using SslFramework;
            using SslFramework.Core.Tensors;
            using SslFramework.Core.Weights;
            using {type.Namespace};
            using TorchSharp;

            var backbone = new {type.Name}({Arguments(component, backbone)});
            using var weights = SafeTensors.Read("backbone.safetensors");
            StateDict.Load(backbone.Module, weights.Tensors);
            backbone.Module.eval();
            var features = backbone.Forward(torch.zeros(1, {channels}, {side}, {side})); // your images: {Shapes(backbone)}
            """;
    }

    /// <summary>With ONNX Runtime.</summary>
    public static string Onnx(IBackbone backbone) => $"""
        import onnxruntime

        session = onnxruntime.InferenceSession("backbone.onnx")
        features, = session.run(["features"], dict(images=images))  # float32 {Shapes(backbone)}
        """;

    private static string Shapes(IBackbone backbone) => $"[N, {backbone.Channels}, H, W] -> [N, {backbone.FeatureDimension}]";

    /// <summary>Of the backbone's constructor, as a component's takes them: its options, and what is known of the data.</summary>
    private static string Arguments(Component<IBackbone> component, IBackbone backbone) => string.Join(", ", ParametersOf(backbone).Select(
        parameter => parameter.ParameterType == typeof(DataInfo) ? $"new DataInfo(Count: 1, Channels: {backbone.Channels})"
            : parameter.ParameterType.IsInstanceOfType(component.Options) ? CSharpLiteral.Of(component.Options)
            : $"/* {parameter.ParameterType.Name} */"));

    private static ParameterInfo[] ParametersOf(IBackbone backbone) => backbone.GetType().GetConstructors()[0].GetParameters();

    private static bool IsFirstOfABlock(string key, int stage) =>
        key.StartsWith($"layer{stage}.", StringComparison.Ordinal)
        && key.Count(c => c == '.') == 3
        && key.EndsWith(".conv1.weight", StringComparison.Ordinal);

    private static string VisionTransformerPython(
        VisionTransformer network, IReadOnlyDictionary<string, TorchSharp.torch.Tensor> weights)
    {
        var side = network.GridRows * network.PatchSize;
        var depth = weights.Keys.Count(key => key.EndsWith(".attn.qkv.weight", StringComparison.Ordinal));
        var ratio = MlpRatio(network, weights);
        var classToken = network.Options.ClassToken ? "True" : "False";
        var pooling = network.Pooling == TokenPooling.ClassToken ? "token" : "avg";
        return $"""
            import timm, torch
            from safetensors.torch import load_file

            backbone = timm.models.VisionTransformer(
                img_size={side}, patch_size={network.PatchSize}, in_chans={network.Channels}, embed_dim={network.TokenDimension},
                depth={depth}, num_heads={network.Heads}, mlp_ratio={ratio}, num_classes=0,
                class_token={classToken}, global_pool="{pooling}", fc_norm=False{LayerScale(network)})
            backbone.load_state_dict(load_file("backbone.safetensors"))
            features = backbone.eval()(images)  # [N, {network.FeatureDimension}]
            """;
    }

    private static string ResNetPython(ResNet network, IReadOnlyDictionary<string, TorchSharp.torch.Tensor> weights)
    {
        var blocks = Enumerable.Range(1, 8)
            .Select(stage => weights.Keys.Count(key => IsFirstOfABlock(key, stage)))
            .TakeWhile(count => count > 0)
            .ToArray();
        var small = weights["conv1.weight"].shape[2] == 3;
        var stem = $"backbone.conv1 = torch.nn.Conv2d({network.Channels}, 64, {(small ? "3, padding=1" : "7, stride=2, padding=3")}, "
            + $"bias=False)\n{(small ? "backbone.maxpool = torch.nn.Identity()\n" : "")}";
        var block = weights.ContainsKey("layer1.0.conv3.weight") ? "Bottleneck" : "BasicBlock";
        return blocks.Length != 4 ? null! : $"""
            import torch, torchvision
            from safetensors.torch import load_file

            resnet = torchvision.models.resnet
            backbone = resnet.ResNet(resnet.{block}, [{string.Join(", ", blocks)}])
            {(small || network.Channels != 3 ? stem : "")}backbone.fc = torch.nn.Identity()
            backbone.load_state_dict(load_file("backbone.safetensors"))
            features = backbone.eval()(images)  # [N, {network.FeatureDimension}]
            """;
    }

    private static int Side(IBackbone backbone) => backbone is ITokenBackbone tokens ? tokens.GridRows * tokens.PatchSize : 224;

    private static string LayerScale(VisionTransformer network) => network.Options.LayerScale is null ? "" : ", init_values=1e-5";

    private static double MlpRatio(VisionTransformer network, IReadOnlyDictionary<string, TorchSharp.torch.Tensor> weights) =>
        weights["blocks.0.mlp.fc1.weight"].shape[0] / (double)network.TokenDimension;
}
