using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>
/// A 7×7 convolution of each channel for itself, a norm, and two linear layers with a GELU between them, around a shortcut.
/// </summary>
internal sealed class ConvNeXtBlock : ResidualBlock, IOnnxLayer
{
    private const int Kernel = 7;
    private const int Expansion = 4;

    [ComponentName(Name = "layer_scale")]
    private readonly Parameter scale; // [C, 1, 1]

    // In a tuple, because a field that holds a module is registered under its own name.
    private readonly (Conv2d Depthwise, LayerNorm Norm, Linear Expand, Linear Reduce) layers;

    public ConvNeXtBlock(int width, ConvNeXtOptions options)
        : base(nameof(ConvNeXtBlock), options.Recompute)
    {
        scale = (Parameter)new Parameter(full([width, 1, 1], options.LayerScale)).DetachFromDisposeScope();
        layers = (
            nn.Conv2d(width, width, Kernel, padding: Kernel / 2, groups: width),
            nn.LayerNorm(width, eps: ConvNeXt.NormEpsilon),
            nn.Linear(width, Expansion * width),
            nn.Linear(Expansion * width, width));
        RegisterComponents();
        register_module("block", nn.Sequential(("0", layers.Depthwise), ("2", layers.Norm), ("3", layers.Expand), ("5", layers.Reduce)));
    }

    /// <summary>[N, C, H, W] → [N, C, H, W].</summary>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var rows = layers.Norm.call(layers.Depthwise.call(input).permute(0, 2, 3, 1)); // [N, H, W, C]
        var branch = layers.Reduce.Apply(nn.functional.gelu(layers.Expand.Apply(rows))) * scale.flatten();
        return (input + Dropped(branch.permute(0, 3, 1, 2))).MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var rows = graph.Add(layers.Norm, graph.Permute(graph.Add(layers.Depthwise, input), 0, 2, 3, 1));
        var branch = graph.Permute(graph.Add(layers.Reduce, graph.Gelu(graph.Add(layers.Expand, rows))), 0, 3, 1, 2);
        return graph.Node("Add", [input, graph.Node("Mul", [branch, graph.Weight(scale)])]);
    }
}
