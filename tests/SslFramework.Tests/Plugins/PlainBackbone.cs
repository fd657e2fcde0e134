using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>One convolution without batch statistics: its gradient is the same on any number of replicas.</summary>
internal sealed class PlainBackbone : nn.Module, IBackbone
{
    private readonly nn.Module<Tensor, Tensor> conv;

    public PlainBackbone(int channels = 1, int featureDimension = 8)
        : base(nameof(PlainBackbone))
    {
        (Channels, FeatureDimension) = (channels, featureDimension);
        conv = nn.Conv2d(channels, featureDimension, 3, padding: 1);
        RegisterComponents();
    }

    public nn.Module Module => this;

    public int Channels { get; }

    public int FeatureDimension { get; }

    public IReadOnlyList<BackboneLayer> Layers => [new("conv", [.. parameters()])];

    public Tensor Forward(Tensor images) => ForwardLayers(images)[0].mean([2, 3]);

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [conv.call(images).tanh()];
}
