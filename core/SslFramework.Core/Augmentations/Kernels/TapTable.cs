namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Which pixels of a line make each pixel of the resized line, and with which weights: Pillow's tables.</summary>
internal sealed class TapTable
{
    private int[] starts = [];
    private int[] counts = [];
    private float[] weights = [];

    /// <summary>The most pixels that one pixel is made of.</summary>
    public int MaximumCount { get; private set; }

    /// <summary>The first pixel of the line that pixel <paramref name="i"/> is made of.</summary>
    public int Start(int i) => starts[i];

    /// <summary>The pixel after the last one that pixel <paramref name="i"/> is made of.</summary>
    public int End(int i) => starts[i] + counts[i];

    /// <summary>The weights of those pixels; they sum to 1.</summary>
    public ReadOnlySpan<float> Weights(int i) => weights.AsSpan(i * MaximumCount, counts[i]);

    /// <summary>Fills the table for a line of <paramref name="length"/> pixels that becomes <paramref name="resized"/> long.</summary>
    /// <param name="length">Of the line as it is.</param>
    /// <param name="resized">Of the new line.</param>
    /// <param name="interpolation">How.</param>
    /// <param name="mirrored">The new line runs from the last pixel to the first.</param>
    public void Fill(int length, int resized, Interpolation interpolation, bool mirrored = false)
    {
        var scale = (double)length / resized;
        var stretch = Math.Max(scale, 1); // a shrinking filter widens: this is the antialiasing
        var support = (interpolation == Interpolation.Bicubic ? 2 : 1) * stretch;
        MaximumCount = ((int)Math.Ceiling(support) * 2) + 1;
        ViewScratch.Grow(ref starts, resized);
        ViewScratch.Grow(ref counts, resized);
        ViewScratch.Grow(ref weights, checked(resized * MaximumCount));

        for (var i = 0; i < resized; i++)
        {
            var center = (i + 0.5) * scale;
            var start = Math.Max((int)(center - support + 0.5), 0);
            var count = Math.Min((int)(center + support + 0.5), length) - start;
            var place = mirrored ? resized - 1 - i : i;
            var row = weights.AsSpan(place * MaximumCount, count);
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

            (starts[place], counts[place]) = (start, count);
        }
    }

    // Keys 1981 with a = −0.5, as Pillow; OpenCV and torch without antialiasing take −0.75.
    private static double Cubic(double x) =>
        x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1
        : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2
        : 0;
}
