namespace SslFramework.Engine.Data.Loading;

/// <summary>Memory that a worker decodes an image into, limited to what its views are made from.</summary>
/// <param name="augmentation">Makes the views.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="attempts">How often a view may be drawn anew; from other parts of the image then, so that all of it is needed.</param>
internal sealed class ViewBuffer(IAugmentation augmentation, long seed, int attempts = 1) : PixelBuffer
{
    private ulong epoch;
    private ulong sample;
    private ImageSize stored; // of an image that may be made smaller

    /// <summary>Sets the image of which views will be made next.</summary>
    public void Begin(int epoch, int sample) => (this.epoch, this.sample) = ((ulong)epoch, (ulong)sample);

    /// <summary>Memory for the classes of the image's pixels.</summary>
    public PixelBuffer Map { get; } = new();

    /// <summary>The generator that a view of the image is drawn with, at each attempt another.</summary>
    public SampleRandom Random(int view, int attempt = 0) =>
        new(unchecked((ulong)seed), epoch, sample, ((ulong)attempt << 32) + (ulong)view);

    /// <inheritdoc/>
    public override PixelBox Needed(ImageSize size)
    {
        if (attempts > 1)
        {
            return PixelBox.All(size);
        }

        var needed = augmentation.Needed(size, 0, Random(0));
        for (var view = 1; view < augmentation.Views.Count; view++)
        {
            needed = needed.Union(augmentation.Needed(size, view, Random(view)));
        }

        return needed;
    }

    /// <summary>A part of the image, which may be smaller than it is stored, as one of the image as it is stored.</summary>
    public ViewGeometry Stored(ViewGeometry part) => Reduced == 1
        ? part
        : new(part.Left * Reduced, part.Top * Reduced, part.Width * Reduced, part.Height * Reduced, part.Mirrored) { Image = stored };

    /// <inheritdoc/>
    public override int Reduction(ImageSize size)
    {
        stored = size;
        if (attempts > 1)
        {
            return 1;
        }

        var reduction = augmentation.Reduction(size, 0, Random(0));
        for (var view = 1; view < augmentation.Views.Count; view++)
        {
            reduction = Math.Min(reduction, augmentation.Reduction(size, view, Random(view)));
        }

        return reduction;
    }
}
