namespace SslFramework.Core.Backbones;

/// <summary>Gives the pixels themselves: the baseline that learned features must beat. It has no parameters.</summary>
public sealed class RawPixels : nn.Module, IBackbone
{
    /// <summary>Makes the baseline for images of one shape.</summary>
    public RawPixels(ViewShape shape)
        : base(nameof(RawPixels)) => (Channels, FeatureDimension) = (shape.Channels, shape.Length);

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>C·H·W.</summary>
    public int FeatureDimension { get; }

    /// <summary>Empty, because there are no parameters.</summary>
    public IReadOnlyList<BackboneLayer> Layers => [];

    /// <summary>Lays the pixels out in one row per image.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, C·H·W].</returns>
    public Tensor Forward(Tensor images) => images.flatten(1);

    /// <summary>Returns nothing.</summary>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [];
}
