using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Swin;

/// <summary>Attention within windows and two linear layers, each behind a norm and around a shortcut.</summary>
internal sealed class SwinBlock : ResidualBlock, IOnnxLayer
{
    private const int Expansion = 4;

    private readonly LayerNorm norm1;
    private readonly WindowAttention attn;
    private readonly LayerNorm norm2;

    // In a pair, because a field that holds a module is registered under its own name.
    private readonly (Linear Expand, Linear Reduce) layers;

    public SwinBlock(int width, bool isShifted, SwinOptions options)
        : base(nameof(SwinBlock), options.Recompute)
    {
        norm1 = nn.LayerNorm(width, eps: SwinTransformer.NormEpsilon);
        attn = new WindowAttention(width, isShifted, options);
        norm2 = nn.LayerNorm(width, eps: SwinTransformer.NormEpsilon);
        layers = (nn.Linear(width, Expansion * width), nn.Linear(Expansion * width, width));
        RegisterComponents();
        register_module("mlp", nn.Sequential(("0", layers.Expand), ("3", layers.Reduce)));
    }

    /// <summary>[N, C, H, W] → [N, C, H, W].</summary>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var rows = input.permute(0, 2, 3, 1); // [N, H, W, C]
        var x = rows + Dropped(attn.call(norm1.call(rows)));
        x = x + Dropped(layers.Reduce.Apply(nn.functional.gelu(layers.Expand.Apply(norm2.call(x)))));
        return x.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var rows = graph.Permute(input, 0, 2, 3, 1);
        var x = graph.Node("Add", [rows, attn.AddNodes(graph, graph.Add(norm1, rows))]);
        var branch = graph.Add(layers.Reduce, graph.Gelu(graph.Add(layers.Expand, graph.Add(norm2, x))));
        return graph.Permute(graph.Node("Add", [x, branch]), 0, 3, 1, 2);
    }
}
