using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Onnx;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Weights.Onnx;

/// <summary>Writes backbones as ONNX, with any number of images in a batch.</summary>
internal static class OnnxExport
{
    /// <summary>Whether there is a writer for a backbone.</summary>
    public static bool Supports(IBackbone backbone) => backbone is ResNet or VisionTransformer or IOnnxBackbone;

    /// <summary>Writes a backbone as it computes in evaluation mode.</summary>
    /// <exception cref="ExperimentException">There is no writer for it, or writing failed.</exception>
    public static void Write(IBackbone backbone, string path)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var graph = new OnnxGraph(backbone.Module);
        var weights = StateDict.Of(backbone.Module);
        object[] anySize = ["batch", (long)backbone.Channels, "height", "width"];
        var (features, shape) = backbone switch
        {
            ResNet => (ResNetNodes(graph, weights), anySize),
            IOnnxBackbone own => (own.AddNodes(graph, OnnxGraph.Input), anySize),
            VisionTransformer { PatchSize: var side } transformer => (
                TransformerNodes.Add(graph, weights, transformer),
                ["batch", (long)backbone.Channels, (long)transformer.GridRows * side, (long)transformer.GridColumns * side]),
            _ => throw new ExperimentException(
                FailureKind.Config,
                $"ONNX is written of residual networks, vision transformers and what implements {nameof(IOnnxBackbone)}, and "
                + $"{backbone.GetType().Name} is none of them; export it without --onnx."),
        };
        graph.Write(path, features, shape, backbone.FeatureDimension);
    }

    private static string ResNetNodes(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights)
    {
        if (!weights.ContainsKey("bn1.running_mean"))
        {
            throw new ExperimentException(
                FailureKind.Config,
                "ONNX is written of residual networks with batch norm, and this one has layer norm; export it without --onnx.");
        }

        var imagenet = weights["conv1.weight"].shape[2] == 7;
        var x = Relu(Normalized("", OnnxGraph.Input, "conv1", "bn1", imagenet ? 2 : 1));
        if (imagenet)
        {
            var (kernel, stride, pad) = (new long[] { 3, 3 }, new long[] { 2, 2 }, new long[] { 1, 1, 1, 1 });
            x = graph.Node("MaxPool", [x], ("kernel_shape", kernel), ("strides", stride), ("pads", pad));
        }

        for (var stage = 1; weights.ContainsKey($"layer{stage}.0.conv1.weight"); stage++)
        {
            for (var b = 0; weights.ContainsKey($"layer{stage}.{b}.conv1.weight"); b++)
            {
                x = Block($"layer{stage}.{b}.", x, stage > 1 && b == 0 ? 2 : 1);
            }
        }

        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])], ("axis", 1L));

        string Block(string name, string input, int stride)
        {
            var bottleneck = weights.ContainsKey($"{name}conv3.weight");
            var y = Relu(Normalized(name, input, "conv1", "bn1", bottleneck ? 1 : stride));
            y = Normalized(name, y, "conv2", "bn2", bottleneck ? stride : 1);
            y = bottleneck ? Normalized(name, Relu(y), "conv3", "bn3", 1) : y;
            var shortcut = weights.ContainsKey($"{name}downsample.0.weight")
                ? Normalized(name, input, "downsample.0", "downsample.1", stride)
                : input;
            return Relu(graph.Node("Add", [y, shortcut]));
        }

        string Relu(string input) => graph.Node("Relu", [input]);

        string Normalized(string name, string input, string convolution, string norm, long stride)
        {
            var shape = weights[$"{name}{convolution}.weight"].shape;
            var (kernel, pad) = (shape[2], shape[2] / 2);
            var groups = convolution == "conv2" ? shape[0] / shape[1] : 1L; // that one gives as many channels as it takes
            var maps = graph.Node(
                "Conv",
                [input, Weight($"{name}{convolution}.weight")],
                ("kernel_shape", new[] { kernel, kernel }),
                ("strides", new[] { stride, stride }),
                ("group", groups),
                ("pads", new[] { pad, pad, pad, pad }));
            return graph.Node(
                "BatchNormalization",
                [maps, .. new[] { "weight", "bias", "running_mean", "running_var" }.Select(part => Weight($"{name}{norm}.{part}"))],
                ("epsilon", 1e-5f));
        }

        string Weight(string key) => graph.Weight(key, weights[key]);
    }
}
