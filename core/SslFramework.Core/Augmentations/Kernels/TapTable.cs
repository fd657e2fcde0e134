namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Which pixels of a line make each pixel of the resized line, and with which weights: Pillow's tables.</summary>
public sealed class TapTable
{
    private int[] starts = [];
    private int[] counts = [];
    private float[] weights = [];

    /// <summary>Room for the weights of one pixel.</summary>
    public int Stride { get; private set; }

    /// <summary>The first pixel of the line that pixel <paramref name="i"/> is made of.</summary>
    public int Start(int i) => starts[i];

    /// <summary>The weights of that pixel and the following ones; they sum to 1.</summary>
    public ReadOnlySpan<float> Weights(int i) => weights.AsSpan(i * Stride, counts[i]);

    /// <summary>Fills the table for a line of <paramref name="length"/> pixels that becomes <paramref name="resized"/> long.</summary>
    public void Fill(int length, int resized, Interpolation interpolation)
    {
        var scale = (double)length / resized;
        var stretch = Math.Max(scale, 1); // a shrinking filter widens: this is the antialiasing
        var support = (interpolation == Interpolation.Bicubic ? 2 : 1) * stretch;
        Stride = ((int)Math.Ceiling(support) * 2) + 1;
        ViewScratch.Grow(ref starts, resized);
        ViewScratch.Grow(ref counts, resized);
        ViewScratch.Grow(ref weights, resized * Stride);

        for (var i = 0; i < resized; i++)
        {
            var center = (i + 0.5) * scale;
            var start = Math.Max((int)(center - support + 0.5), 0);
            var count = Math.Min((int)(center + support + 0.5), length) - start;
            var row = weights.AsSpan(i * Stride, count);
            var sum = 0.0;
            for (var k = 0; k < count; k++)
            {
                var distance = Math.Abs((start + k - center + 0.5) / stretch);
                var weight = interpolation == Interpolation.Bicubic ? Cubic(distance) : Math.Max(1 - distance, 0);
                row[k] = (float)weight;
                sum += weight;
            }

            for (var k = 0; k < count; k++)
            {
                row[k] = (float)(row[k] / sum);
            }

            (starts[i], counts[i]) = (start, count);
        }
    }

    // Keys 1981 with a = −0.5, as Pillow; OpenCV and torch without antialiasing take −0.75.
    private static double Cubic(double x) =>
        x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1
        : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2
        : 0;
}

/// <summary>Memory of <see cref="Resampler"/> for one thread.</summary>
public sealed class ResampleScratch
{
    private float[] narrow = [];

    internal TapTable Columns { get; } = new();

    internal TapTable Rows { get; } = new();

    internal Span<float> Narrow(int length) => ViewScratch.Grow(ref narrow, length);
}
