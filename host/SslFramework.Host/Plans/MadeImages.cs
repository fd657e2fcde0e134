using SslFramework.Host.Experiments;

namespace SslFramework.Host.Plans;

/// <summary>As many images as an experiment has, of their size and channels, with noise in them: nothing is read for them.</summary>
internal sealed class MadeImages(ExperimentParts parts) : IDataSource
{
    // Where sizes differ, large enough for every view to be cut from it.
    private readonly ImageSize size = parts.Source.Size
        ?? new ImageSize(2 * parts.Augmentation.Views.Max(view => view.Height), 2 * parts.Augmentation.Views.Max(view => view.Width));

    public int Count => parts.Source.Count;

    public int Channels => parts.Source.Channels;

    public ImageSize? Size => parts.Source.Size;

    public IReadOnlyList<string> Classes => [];

    public int? Label(int index) => null;

    public void Read(int index, PixelBuffer destination)
    {
        var random = new SampleRandom(0, 0, (ulong)index, 0);
        foreach (ref var pixel in destination.Resize(size.Height, size.Width, Channels))
        {
            pixel = (byte)random.Next(256);
        }
    }
}
