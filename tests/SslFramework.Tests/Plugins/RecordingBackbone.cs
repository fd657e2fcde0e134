using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>Keeps the square images that it gets; its features are their pixels.</summary>
internal sealed class RecordingBackbone : nn.Module, IBackbone
{
    public RecordingBackbone(int channels = 1, int side = 8)
        : base(nameof(RecordingBackbone)) => (Channels, FeatureDimension) = (channels, channels * side * side);

    public nn.Module Module => this;

    public int Channels { get; }

    public int FeatureDimension { get; }

    public IReadOnlyList<BackboneLayer> Layers => [];

    public Tensor? Images { get; private set; }

    public Tensor Forward(Tensor images)
    {
        Images = images.clone();
        return images.flatten(1);
    }

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [];
}
