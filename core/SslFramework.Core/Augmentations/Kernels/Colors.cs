using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>What a <see cref="ColorChange"/> changes.</summary>
internal enum ColorOperation
{
    /// <summary>x · amount.</summary>
    Brightness,

    /// <summary>Blends with one number, the mean of the grey image: x · amount + mean · (1 − amount).</summary>
    Contrast,

    /// <summary>Blends with the grey image: x · amount + grey · (1 − amount). Three channels.</summary>
    Saturation,

    /// <summary>Turns the hue by amount turns, −0.5 to 0.5, as through HSV. Three channels.</summary>
    Hue,
}

/// <summary>One change of colours, which ends clipped to [0, 1].</summary>
/// <param name="Operation">What is changed.</param>
/// <param name="Amount">How much.</param>
internal readonly record struct ColorChange(ColorOperation Operation, float Amount);

/// <summary>Changes of colour, in place, on float32 [C, H, W] in [0, 1].</summary>
internal static class Colors
{
    private const int Run = 1024; // pixels that stay in the nearest cache from one change to the next: 12 KB

    /// <summary>
    /// Changes one after the other, in one pass over the pixels, or two if there is a contrast, which must know the mean
    /// that the changes before it leave.
    /// </summary>
    /// <param name="pixels">float32 [C, H, W].</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="changes">In order; at most one contrast.</param>
    public static void Change(Span<float> pixels, int channels, ReadOnlySpan<ColorChange> changes)
    {
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

    /// <summary>1 − x where x ≥ threshold.</summary>
    public static void Solarize(Span<float> pixels, float threshold) =>
        Elementwise.Change(pixels, new ColorFormulas.Solarize(threshold));

    /// <summary>(x − mean) / deviation, for one channel; not clipped.</summary>
    public static void Normalize(Span<float> plane, float mean, float deviation) =>
        Elementwise.Change(plane, new ColorFormulas.Normalize(mean, 1 / deviation));

    // Returns the mean grey if it is asked for.
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

            sum += measure ? SumGrey(red, green, blue, channels) : 0;
        }

        return sum / ((double)ColorFormulas.GreyUnit * area);
    }

    // In whole numbers: the sum does not depend on the order, nor on the width of the vectors.
    private static long SumGrey(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, int channels)
    {
        ref var redStart = ref MemoryMarshal.GetReference(red);
        ref var greenStart = ref MemoryMarshal.GetReference(green[..red.Length]);
        ref var blueStart = ref MemoryMarshal.GetReference(blue[..red.Length]);
        var sums = Vector<int>.Zero;
        var i = 0;
        for (; i <= red.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var at = (nuint)i;
            sums += Units(Vector.LoadUnsafe(ref redStart, at), Vector.LoadUnsafe(ref greenStart, at), Vector.LoadUnsafe(ref blueStart, at), channels);
        }

        if (i < red.Length)
        {
            sums += Units(Elementwise.Padded(red[i..]), Elementwise.Padded(green[i..]), Elementwise.Padded(blue[i..]), channels);
        }

        return Vector.Sum(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Units(Vector<float> red, Vector<float> green, Vector<float> blue, int channels) =>
        Vector.ConvertToInt32Native((channels == 1 ? red : ColorFormulas.Grey(red, green, blue)) * ColorFormulas.GreyUnit);
}
