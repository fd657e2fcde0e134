using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.RevNet;

/// <summary>What a reversible block adds: 1×1, 3×3 and 1×1 convolutions, a quarter as wide inside, each after its norm and ReLU.</summary>
internal sealed class Branch : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private const int Narrowing = 4;
    private const double Epsilon = 1e-3; // of the authors' library

    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn2;
    private readonly Conv2d conv2;
    private readonly nn.Module<Tensor, Tensor> bn3;
    private readonly Conv2d conv3;

    /// <summary>Makes the branch.</summary>
    /// <param name="channels">Channels that it takes and gives: half of the network's.</param>
    /// <param name="normalization">How maps are normalized.</param>
    public Branch(int channels, NormalizationOptions normalization)
        : base(nameof(Branch))
    {
        var inner = channels / Narrowing;
        bn1 = Norm(normalization, channels);
        conv1 = nn.Conv2d(channels, inner, 1, bias: false);
        bn2 = Norm(normalization, inner);
        conv2 = nn.Conv2d(inner, inner, 3, padding: 1, bias: false);
        bn3 = Norm(normalization, inner);
        conv3 = nn.Conv2d(inner, channels, 1, bias: false);
        RegisterComponents();
    }

    /// <summary>Makes a norm with the authors' ε.</summary>
    public static nn.Module<Tensor, Tensor> Norm(NormalizationOptions normalization, int channels) =>
        normalization.Create(channels, Epsilon);

    /// <summary>Runs the branch: [N, C, H, W] → [N, C, H, W].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var x = conv1.call(bn1.call(input).relu_());
        x = conv2.call(bn2.call(x).relu_());
        return conv3.call(bn3.call(x).relu_()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        (nn.Module Norm, Conv2d Convolution)[] layers = [(bn1, conv1), (bn2, conv2), (bn3, conv3)];
        return layers.Aggregate(input, (x, layer) => graph.Add(layer.Convolution, graph.Node("Relu", [graph.Add(layer.Norm, x)])));
    }
}
