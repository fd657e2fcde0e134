using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.BEiT;

/// <summary>Two 3 × 3 convolutions and one of 1 × 1 around a shortcut.</summary>
internal sealed class ResidualConvolutions : nn.Module<Tensor, Tensor>, IOnnxLayer
{
    private readonly Sequential net;

    public ResidualConvolutions(int width)
        : base(nameof(ResidualConvolutions))
    {
        net = nn.Sequential(
            nn.Conv2d(width, width, 3, padding: 1),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding: 1),
            nn.ReLU(),
            nn.Conv2d(width, width, 1));
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → [N, C, H, W].</summary>
    public override Tensor forward(Tensor maps) => maps + net.call(maps);

    public string AddNodes(OnnxGraph graph, string input) => graph.Node("Add", [input, graph.Add(net, input)]);
}
