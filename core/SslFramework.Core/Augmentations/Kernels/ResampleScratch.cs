namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Memory of <see cref="Resampler"/> for one thread.</summary>
internal sealed class ResampleScratch
{
    private float[] narrow = [];
    private float[] window = [];
    private float[] tile = [];
    private int[] offsets = [];

    internal TapTable Columns { get; } = new();

    internal TapTable Rows { get; } = new();

    internal Span<float> Narrow(int length) => ViewScratch.Grow(ref narrow, length);

    internal Span<float> Window(int length) => ViewScratch.Grow(ref window, length);

    internal Span<float> Tile(int length) => ViewScratch.Grow(ref tile, length);

    internal Span<int> Offsets(int length) => ViewScratch.Grow(ref offsets, length);
}
