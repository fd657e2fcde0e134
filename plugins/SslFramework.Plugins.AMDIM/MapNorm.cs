using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.AMDIM;

/// <summary>Batch norm of maps under the authors' keys, <c>bn.weight</c> and so on.</summary>
internal sealed class MapNorm : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly BatchNorm2d bn;

    /// <summary>Makes the layer.</summary>
    public MapNorm(int channels)
        : base(nameof(MapNorm))
    {
        bn = nn.BatchNorm2d(channels);
        RegisterComponents();
    }

    /// <summary>Normalizes [N, C, H, W].</summary>
    public override Tensor forward(Tensor maps) => bn.call(maps);

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input) => graph.Add(bn, input);
}
