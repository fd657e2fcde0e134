using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.AMDIM;

/// <summary>
/// A residual layer around an average pool: it starts as that pool, because its last convolution is 0. Without padding, so that what a
/// place sees ends at the edges of its square.
/// </summary>
internal sealed class PooledResidual : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly Conv2d conv1;
    private readonly Conv2d conv2;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly int side;
    private readonly int stride;
    private readonly int added;

    /// <summary>Makes the layer.</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="output">Channels of its output, at least as many.</param>
    /// <param name="side">Side of the square that it looks at.</param>
    /// <param name="stride">Places from one square to the next.</param>
    /// <param name="batchNorm">Whether there is a batch norm between the convolutions.</param>
    public PooledResidual(int input, int output, int side, int stride, bool batchNorm)
        : base(nameof(PooledResidual))
    {
        (this.side, this.stride, added) = (side, stride, output - input);
        conv1 = nn.Conv2d(input, output, side, stride: stride, bias: false);
        conv2 = nn.Conv2d(output, output, 1, bias: false);
        bn1 = Norm(output, batchNorm);
        nn.init.zeros_(conv2.weight);
        RegisterComponents();
    }

    /// <summary>Makes a batch norm under the authors' keys, <c>bn.weight</c> and so on, or nothing in its place.</summary>
    public static nn.Module<Tensor, Tensor> Norm(int channels, bool isUsed) =>
        isUsed ? nn.Sequential(("bn", nn.BatchNorm2d(channels))) : nn.Identity();

    /// <summary>Makes a block: a layer that looks at squares, and then layers that look at single places.</summary>
    public static nn.Module<Tensor, Tensor> Block(int input, int output, int side, int stride, int depth, bool batchNorm)
    {
        var layers = Enumerable.Range(1, depth - 1).Select(_ => new PooledResidual(output, output, 1, 1, batchNorm));
        return nn.Sequential(("layer_list", nn.Sequential([new PooledResidual(input, output, side, stride, batchNorm), .. layers])));
    }

    /// <summary>[N, C, H, W] → [N, output, (H − side) / stride + 1, …].</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var pooled = side == 1 ? x : nn.functional.avg_pool2d(x, side, stride);
        var wider = added == 0 ? pooled : nn.functional.pad(pooled, [0, 0, 0, 0, 0, added]); // new channels start at 0
        return (conv2.call(bn1.call(conv1.call(x)).relu()) + wider).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        long[] kernel = [side, side], strides = [stride, stride];
        var pooled = side == 1 ? input : graph.Node("AveragePool", [input], ("kernel_shape", kernel), ("strides", strides));
        var wider = added == 0 ? pooled : graph.Node("Pad", [pooled, graph.Numbers(0, 0, 0, 0, 0, added, 0, 0)]);
        var branch = graph.Add(conv2, graph.Node("Relu", [graph.Add(bn1, graph.Add(conv1, input))]));
        return graph.Node("Add", [branch, wider]);
    }
}
