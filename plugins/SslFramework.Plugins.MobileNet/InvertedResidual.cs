using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.MobileNet;

/// <summary>
/// A 1×1 convolution to more channels, one of each channel for itself (with the stride), squeeze and excitation, and a 1×1 convolution to
/// fewer, around a shortcut if the shapes are the same.
/// </summary>
internal sealed class InvertedResidual : ResidualBlock, IOnnxLayer
{
    private const int Squeeze = 4; // of the expanded channels

    private readonly Sequential block;
    private readonly bool hasShortcut;

    public InvertedResidual(int input, MobileNetRow row, MobileNetOptions options)
        : base(nameof(InvertedResidual), options.Recompute)
    {
        var (expanded, output) = (options.Channel(row.Expanded), options.Channel(row.Output));
        hasShortcut = row.Stride == 1 && input == output;
        var layers = new List<nn.Module<Tensor, Tensor>>();
        if (expanded != input)
        {
            layers.Add(new ConvolutionLayer(input, expanded, 1, row.Activation, options.Norm));
        }

        layers.Add(new ConvolutionLayer(expanded, expanded, row.Kernel, row.Activation, options.Norm, row.Stride, groups: expanded));
        if (row.Squeezes)
        {
            layers.Add(new SqueezeExcitation(expanded, MobileNetOptions.Divisible(expanded / Squeeze), isHard: true));
        }

        layers.Add(new ConvolutionLayer(expanded, output, 1, Activation.None, options.Norm));
        block = nn.Sequential([.. layers]);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → [N, C', H', W'].</summary>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var branch = block.call(input);
        return (hasShortcut ? Dropped(branch).add_(input) : branch).MoveToOuterDisposeScope();
    }

    public string AddNodes(OnnxGraph graph, string input)
    {
        var branch = graph.Add(block, input);
        return hasShortcut ? graph.Node("Add", [branch, input]) : branch;
    }
}
