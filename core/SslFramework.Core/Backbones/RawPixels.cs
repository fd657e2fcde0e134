namespace SslFramework.Core.Backbones;

/// <summary>Gives the pixels themselves: the baseline that learned features must beat. It has no parameters.</summary>
public sealed class RawPixels : nn.Module, IMapBackbone
{
    private const int Side = 4;

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

    /// <summary>The pixels of squares of 4 × 4.</summary>
    public IReadOnlyList<FeatureMap> Maps => [new("pixels", Side * Side * Channels, Side)];

    /// <summary>The side of a square; no other can be had.</summary>
    /// <exception cref="ExperimentException">Another was asked for.</exception>
    public int OutputStride
    {
        get => Side;
        set => _ = value == Side ? value : throw new ExperimentException(
            FailureKind.Config, $"Raw pixels have a stride of {Side}, but {value} was asked for.");
    }

    /// <summary>Lays the pixels of every square out as channels; where the last squares are not whole, the last pixels repeat.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="which">Zeros.</param>
    /// <returns>For each, [N, 16 · C, H / 4, W / 4].</returns>
    public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var (down, across) = ((Side - (images.shape[2] % Side)) % Side, (Side - (images.shape[3] % Side)) % Side);
        var whole = down + across == 0 ? images : nn.functional.pad(images, [0, across, 0, down], PaddingModes.Replicate);
        return [.. which.Select(_ => nn.functional.pixel_unshuffle(whole, Side).MoveToOuterDisposeScope())];
    }

    /// <summary>Returns nothing.</summary>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [];
}
