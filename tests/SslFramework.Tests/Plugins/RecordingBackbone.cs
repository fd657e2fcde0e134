using TorchSharp;

namespace SslFramework.Tests.Plugins;

/// <summary>Keeps the images that it gets, 1×8×8 each; its features are their pixels.</summary>
internal sealed class RecordingBackbone : nn.Module, IBackbone
{
    public RecordingBackbone()
        : base(nameof(RecordingBackbone))
    {
    }

    public nn.Module Module => this;

    public int Channels => 1;

    public int FeatureDimension => 64;

    public IReadOnlyList<BackboneLayer> Layers => [];

    public Tensor? Images { get; private set; }

    public Tensor Forward(Tensor images)
    {
        Images = images.clone();
        return images.flatten(1);
    }

    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [];
}
