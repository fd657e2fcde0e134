using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Onnx;
using SslFramework.Core.Processors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones;

/// <summary>A convolution without bias (key <c>0</c>), its normalization (<c>1</c>) and an activation.</summary>
public sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    // In a pair, because a field that holds a module is registered under its own name.
    private readonly (Conv2d Convolution, nn.Module<Tensor, Tensor> Norm) layers;
    private readonly Activation activation;

    /// <summary>Makes the layer.</summary>
    /// <param name="input">Channels of its input.</param>
    /// <param name="output">Channels of its output.</param>
    /// <param name="kernel">Side of the kernel, odd.</param>
    /// <param name="activation">What follows the normalization.</param>
    /// <param name="norm">Makes the normalization of so many channels.</param>
    /// <param name="stride">The stride, at least 1.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides both numbers of channels.</param>
    public ConvolutionLayer(
        int input, int output, int kernel, Activation activation, Func<int, nn.Module<Tensor, Tensor>> norm, int stride = 1, int groups = 1)
        : base(nameof(ConvolutionLayer))
    {
        this.activation = activation;
        layers = (nn.Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false), norm(output));
        NarrowConvolutions.Guard(layers.Convolution);
        register_module("0", layers.Convolution);
        register_module("1", layers.Norm);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var x = layers.Norm.call(layers.Convolution.call(maps));
        x = activation switch
        {
            Activation.Relu => x.relu_(),
            Activation.HardSwish => x.hardswish(), // not in place: its gradient needs its input
            _ => x,
        };
        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var maps = graph.Add(layers.Norm, graph.Add(layers.Convolution, input));
        return activation switch
        {
            Activation.Relu => graph.Node("Relu", [maps]),
            Activation.HardSwish => graph.Node("HardSwish", [maps]),
            _ => maps,
        };
    }
}

/// <summary>What follows a convolution and its normalization.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x · min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish,
}
