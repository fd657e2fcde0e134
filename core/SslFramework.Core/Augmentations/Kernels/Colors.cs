using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Changes colors in place, on float32 [C, H, W] in [0, 1].</summary>
internal static class Colors
{
    private const int Run = 1024; // pixels that stay in the nearest cache from one change to the next: 12 KB

    /// <summary>
    /// Applies changes one after the other, in one pass over the pixels, or in two if there is a contrast, which must know the
    /// mean that the changes before it leave.
    /// </summary>
    /// <param name="pixels">float32 [C, H, W].</param>
    /// <param name="channels">How many there are; of others than 1 and 3, each changes by itself.</param>
    /// <param name="changes">The changes in order; at most one contrast.</param>
    public static void Change(Span<float> pixels, int channels, ReadOnlySpan<ColorChange> changes)
    {
        if (channels is not (1 or 3))
        {
            Intensities.Change(pixels, changes);
            return;
        }

        var contrast = 0;
        while (contrast < changes.Length && changes[contrast].Operation != ColorOperation.Contrast)
        {
            contrast++;
        }

        var mean = Pass(pixels, channels, changes[..contrast], mean: 0, measure: contrast < changes.Length);
        if (contrast < changes.Length)
        {
            Pass(pixels, channels, changes[contrast..], mean, measure: false);
        }
    }

    /// <summary>Makes the three channels equal.</summary>
    public static void Grayscale(Span<float> pixels)
    {
        var area = pixels.Length / 3;
        Elementwise.Change(pixels[..area], pixels.Slice(area, area), pixels[(2 * area)..], default(ColorFormulas.Grayscale));
    }

    /// <summary>Computes 1 − x for x ≥ threshold.</summary>
    public static void Solarize(Span<float> pixels, float threshold) =>
        Elementwise.Change(pixels, new ColorFormulas.Solarize(threshold));

    /// <summary>Computes (x − mean) / deviation for one channel; not clipped.</summary>
    public static void Normalize(Span<float> plane, float mean, float deviation) =>
        Elementwise.Change(plane, new ColorFormulas.Normalize(mean, 1 / deviation));

    // Returns the mean gray if it is asked for.
    private static double Pass(Span<float> pixels, int channels, ReadOnlySpan<ColorChange> changes, double mean, bool measure)
    {
        var area = pixels.Length / channels;
        var sum = 0L;
        for (var start = 0; start < area; start += Run)
        {
            var length = Math.Min(Run, area - start);
            var red = pixels.Slice(start, length);
            var green = channels == 1 ? red : pixels.Slice(area + start, length);
            var blue = channels == 1 ? red : pixels.Slice((2 * area) + start, length);
            foreach (var change in changes)
            {
                var amount = change.Amount;
                switch (change.Operation)
                {
                    case ColorOperation.Saturation:
                        Elementwise.Change(red, green, blue, new ColorFormulas.Saturation(amount));
                        break;
                    case ColorOperation.Hue:
                        Elementwise.Change(red, green, blue, new ColorFormulas.Hue(amount));
                        break;
                    default:
                        var shift = change.Operation == ColorOperation.Contrast ? (float)mean * (1 - amount) : 0;
                        var line = new ColorFormulas.Line(amount, shift);
                        Elementwise.Change(red, line);
                        if (channels == 3)
                        {
                            Elementwise.Change(green, line);
                            Elementwise.Change(blue, line);
                        }

                        break;
                }
            }

            sum += measure ? SumGray(red, green, blue, channels) : 0;
        }

        return sum / ((double)ColorFormulas.GrayUnit * area);
    }

    // In whole numbers: the sum does not depend on the order, nor on the width of the vectors.
    private static long SumGray(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, int channels)
    {
        ref var redStart = ref MemoryMarshal.GetReference(red);
        ref var greenStart = ref MemoryMarshal.GetReference(green[..red.Length]);
        ref var blueStart = ref MemoryMarshal.GetReference(blue[..red.Length]);
        var sums = Vector<int>.Zero;
        var i = 0;
        for (; i <= red.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var at = (nuint)i;
            sums += Units(
                Vector.LoadUnsafe(ref redStart, at), Vector.LoadUnsafe(ref greenStart, at), Vector.LoadUnsafe(ref blueStart, at), channels);
        }

        if (i < red.Length)
        {
            sums += Units(Elementwise.Padded(red[i..]), Elementwise.Padded(green[i..]), Elementwise.Padded(blue[i..]), channels);
        }

        return Vector.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Units(Vector<float> red, Vector<float> green, Vector<float> blue, int channels) =>
        Vector.ConvertToInt32Native((channels == 1 ? red : ColorFormulas.Gray(red, green, blue)) * ColorFormulas.GrayUnit);
}
