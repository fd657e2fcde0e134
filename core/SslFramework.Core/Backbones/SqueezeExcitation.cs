using SslFramework.Core.Onnx;
using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones;

/// <summary>
/// Scales the channels of maps by what two layers make of their means; keys <c>fc1</c> and <c>fc2</c>. Hu et al. 2018,
/// https://arxiv.org/abs/1709.01507
/// </summary>
public sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly Conv2d fc1;
    private readonly Conv2d fc2;
    private readonly bool isHard;

    /// <summary>Makes the layers.</summary>
    /// <param name="channels">C.</param>
    /// <param name="squeezed">Channels between the two layers, at least 1.</param>
    /// <param name="isHard">Whether the factors come from min(max(x + 3, 0), 6) / 6 instead of a sigmoid.</param>
    public SqueezeExcitation(int channels, int squeezed, bool isHard)
        : base(nameof(SqueezeExcitation))
    {
        (fc1, fc2, this.isHard) = (nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1), isHard);
        RegisterComponents();
    }

    /// <summary>Scales maps.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var factors = fc2.call(fc1.call(ChannelsLast.Mean(maps).unsqueeze(-1).unsqueeze(-1)).relu_()); // [N, C, 1, 1]
        return (maps * (isHard ? factors.hardsigmoid() : factors.sigmoid())).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var factors = graph.Add(fc2, graph.Node("Relu", [graph.Add(fc1, graph.Node("GlobalAveragePool", [input]))]));
        return graph.Node("Mul", [input, isHard
            ? graph.Node("HardSigmoid", [factors], ("alpha", 1f / 6), ("beta", 0.5f))
            : graph.Node("Sigmoid", [factors])]);
    }
}
