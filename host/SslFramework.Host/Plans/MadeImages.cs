using SslFramework.Host.Experiments;

namespace SslFramework.Host.Plans;

/// <summary>As many images as an experiment has, of their size and channels, with noise in them: nothing is read for them.</summary>
/// <param name="parts">The experiment's.</param>
/// <param name="most">More reads than these are refused.</param>
internal sealed class MadeImages(ExperimentParts parts, int most = int.MaxValue) : IDataSource
{
    private int reads;

    // Where sizes differ, large enough for every view to be cut from it.
    private readonly ImageSize size = parts.Source.Size
        ?? new ImageSize(2 * parts.Augmentation.Views.Max(view => view.Height), 2 * parts.Augmentation.Views.Max(view => view.Width));

    public int Count => parts.Source.Count;

    public int Channels => parts.Source.Channels;

    public ImageSize? Size => parts.Source.Size;

    public IReadOnlyList<string> Classes => [];

    public int? Label(int index) => null;

    /// <summary>Makes an image.</summary>
    /// <exception cref="OperationCanceledException">More are read than shall be.</exception>
    public void Read(int index, PixelBuffer destination)
    {
        if (Interlocked.Increment(ref reads) > most)
        {
            throw new OperationCanceledException($"More than {most} images are read.");
        }

        var random = new SampleRandom(0, 0, (ulong)index, 0);
        foreach (ref var pixel in destination.Resize(size.Height, size.Width, Channels))
        {
            pixel = (byte)random.Next(256);
        }
    }
}
