using SslFramework.Core.Onnx;

namespace SslFramework.Core.Backbones;

/// <summary>Layer normalization over the channels of each place of a map; keys <c>weight</c> and <c>bias</c>.</summary>
public sealed class MapLayerNorm : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly Parameter weight; // [C]
    private readonly Parameter bias; // [C]
    private readonly double epsilon;

    /// <summary>Makes the layer, with weights 1 and biases 0.</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">What is added to the variance, above 0.</param>
    public MapLayerNorm(int channels, double epsilon)
        : base(nameof(MapLayerNorm))
    {
        this.epsilon = epsilon;
        weight = (Parameter)new Parameter(ones(channels)).DetachFromDisposeScope();
        bias = (Parameter)new Parameter(zeros(channels)).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Normalizes maps.</summary>
    /// <param name="maps">[N, C, H, W].</param>
    /// <returns>[N, C, H, W], with adjacent channels.</returns>
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var rows = maps.permute(0, 2, 3, 1); // [N, H, W, C]
        return nn.functional.layer_norm(rows, weight.shape, weight, bias, epsilon).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input) =>
        graph.Permute(graph.LayerNorm(graph.Permute(input, 0, 2, 3, 1), weight, bias, epsilon), 0, 3, 1, 2);
}
