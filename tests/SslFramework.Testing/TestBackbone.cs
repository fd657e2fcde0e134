namespace SslFramework.Testing;

/// <summary>A backbone of one convolution, for tests that must be fast: 3×3 with batch norm and ReLU, then the mean over the map.</summary>
public sealed class TestBackbone : nn.Module, IBackbone
{
    private readonly nn.Module<Tensor, Tensor> conv;
    private readonly nn.Module<Tensor, Tensor> norm;

    /// <summary>Makes the backbone.</summary>
    public TestBackbone(int channels = 1, int featureDimension = 8)
        : base(nameof(TestBackbone))
    {
        (Channels, FeatureDimension) = (channels, featureDimension);
        conv = nn.Conv2d(channels, featureDimension, 3, padding: 1, bias: false);
        norm = nn.BatchNorm2d(featureDimension);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <inheritdoc/>
    public IReadOnlyList<BackboneLayer> Layers => [new("conv", [.. parameters()])];

    /// <inheritdoc/>
    public Tensor Forward(Tensor images) => ForwardLayers(images)[0].mean([2, 3]);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [norm.call(conv.call(images)).relu()];
}
