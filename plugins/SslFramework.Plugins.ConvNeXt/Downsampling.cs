using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>A norm (key <c>0</c>) and a 2×2 convolution with stride 2 (<c>1</c>).</summary>
internal sealed class Downsampling : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    // In a pair, because a field that holds a module is registered under its own name.
    private readonly (MapLayerNorm Norm, Conv2d Convolution) layers;

    public Downsampling(int input, int output)
        : base(nameof(Downsampling))
    {
        layers = (new MapLayerNorm(input, ConvNeXt.NormEpsilon), nn.Conv2d(input, output, 2, stride: 2));
        register_module("0", layers.Norm);
        register_module("1", layers.Convolution);
    }

    /// <summary>[N, C, H, W] → [N, 2C, H/2, W/2], or as large as the input if the stride was lowered to 1.</summary>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var (x, skipped) = (layers.Norm.call(maps), layers.Convolution.dilation[0]);
        x = layers.Convolution.stride[0] == 1 ? nn.functional.pad(x, [0L, skipped, 0L, skipped]) : x;
        return layers.Convolution.call(x).MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var (x, skipped) = (layers.Norm.AddNodes(graph, input), layers.Convolution.dilation[0]);
        x = layers.Convolution.stride[0] == 1 ? graph.Node("Pad", [x, graph.Numbers(0, 0, 0, 0, 0, 0, skipped, skipped)]) : x;
        return graph.Add(layers.Convolution, x);
    }
}
