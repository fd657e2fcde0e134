using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.AMDIM;

/// <summary>A convolution with bias and a ReLU, which continues maps beyond their edges by their mirror image.</summary>
internal sealed class EdgeConvolution : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly Conv2d conv;
    private readonly int padding;

    /// <summary>Makes the layer.</summary>
    public EdgeConvolution(int input, int output, int side, int stride = 1, int padding = 0)
        : base(nameof(EdgeConvolution))
    {
        this.padding = padding;
        conv = nn.Conv2d(input, output, side, stride: stride);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → maps.</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var padded = padding == 0 ? x : nn.functional.pad(x, [padding, padding, padding, padding], PaddingModes.Reflect);
        return conv.call(padded).relu_().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var x = padding == 0 ? input : Mirrored(Mirrored(input, 2), 3);
        return graph.Node("Relu", [graph.Add(conv, x)]);

        string Mirrored(string maps, long axis)
        {
            var (before, after) = (graph.Slice(maps, axis, padding, 0, -1), graph.Slice(maps, axis, -2, -2 - padding, -1));
            return graph.Node("Concat", [before, maps, after], ("axis", axis));
        }
    }
}
