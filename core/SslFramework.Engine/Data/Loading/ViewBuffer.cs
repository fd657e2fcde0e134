namespace SslFramework.Engine.Data.Loading;

/// <summary>Where a worker decodes an image to, and no more of it than its views are made of.</summary>
/// <param name="augmentation">Makes the views.</param>
/// <param name="seed">The run's seed.</param>
internal sealed class ViewBuffer(IAugmentation augmentation, long seed) : PixelBuffer
{
    private ulong epoch;
    private ulong sample;

    /// <summary>Says of which image views will be made next.</summary>
    public void Begin(int epoch, int sample) => (this.epoch, this.sample) = ((ulong)epoch, (ulong)sample);

    /// <summary>What a view of it is drawn by.</summary>
    public SampleRandom Random(int view) => new(unchecked((ulong)seed), epoch, sample, (ulong)view);

    /// <inheritdoc/>
    public override PixelBox Needed(ImageSize size)
    {
        var needed = augmentation.Needed(size, 0, Random(0));
        for (var view = 1; view < augmentation.Views.Count; view++)
        {
            needed = needed.Union(augmentation.Needed(size, view, Random(view)));
        }

        return needed;
    }
}
