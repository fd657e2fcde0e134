using SslFramework;

namespace TestPlugins.Mistaken;

/// <summary>Has a parameter that dies with the dispose scope it is made in, if there is one.</summary>
public sealed class ScaledBackbone : nn.Module, IBackbone
{
    private const int Dimension = 4;
    private readonly TorchSharp.Modules.Linear fc;
    private readonly TorchSharp.Modules.Parameter scale;

    public ScaledBackbone(DataInfo data)
        : base("scaled")
    {
        Channels = data.Channels;
        fc = nn.Linear(data.Channels, Dimension);
        scale = new TorchSharp.Modules.Parameter(torch.ones(Dimension));
        RegisterComponents();
    }

    public nn.Module Module => this;

    public int Channels { get; }

    public int FeatureDimension => Dimension;

    public IReadOnlyList<BackboneLayer> Layers => [new("fc", [.. parameters()])];

    public Tensor Forward(Tensor images) => fc.call(images.mean([2, 3])) * scale; // [N, C, H, W] → [N, D]

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [Forward(images)];
}
