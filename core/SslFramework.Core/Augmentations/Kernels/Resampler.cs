using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>
/// Crops, resizes and mirrors in one pass, as Pillow does: first across with clipping, then down. Pillow also rounds to whole
/// levels between the passes and after them, and so differs by at most one level; torch does not.
/// </summary>
/// <remarks>
/// Sixteen rows are resized across together (<see cref="InterleavedLines"/>), into a ring of narrow rows that is just long enough for the
/// pass down, which follows as soon as it can: everything stays in the processor's nearest caches, whatever the image's size.
/// </remarks>
internal static class Resampler
{
    private const int FewTaps = 16; // with more, the inputs of 32 columns of sixteen rows overflow the nearest cache
    private const int Tile = NarrowRows.Columns * InterleavedLines.Count;

    /// <summary>Resizes a rectangle of a decoded image.</summary>
    /// <param name="source">The image.</param>
    /// <param name="box">A rectangle inside the image; pixels beyond it do not count.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How pixels are interpolated.</param>
    /// <param name="mirrored">Whether left and right are swapped.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">float32 [C, H, W] in [0, 1].</param>
    public static void Resample(
        ImagePixels source,
        PixelBox box,
        ImageSize size,
        Interpolation interpolation,
        bool mirrored,
        ResampleScratch scratch,
        Span<float> destination)
    {
        var (channels, white) = (source.Channels, source.White);
        if (source.BitsPerChannel == 8)
        {
            Run(new LevelRows(source, box), channels, white, box, size, interpolation, mirrored, scratch, destination);
        }
        else
        {
            Run(new DeepRows(source, box), channels, white, box, size, interpolation, mirrored, scratch, destination);
        }
    }

    /// <summary>Resizes a rectangle of an image of floats.</summary>
    /// <param name="source">float32 [C, H, W] in [0, 1].</param>
    /// <param name="sourceSize">Its rows and columns.</param>
    /// <param name="box">A rectangle inside the image; pixels beyond it do not count.</param>
    /// <param name="size">The new size.</param>
    /// <param name="interpolation">How pixels are interpolated.</param>
    /// <param name="scratch">The calling thread's memory.</param>
    /// <param name="destination">float32 [C, H, W] in [0, 1].</param>
    public static void Resample(
        ReadOnlySpan<float> source,
        ImageSize sourceSize,
        PixelBox box,
        ImageSize size,
        Interpolation interpolation,
        ResampleScratch scratch,
        Span<float> destination)
    {
        var channels = source.Length / (sourceSize.Height * sourceSize.Width);
        Run(new NumberRows(source, sourceSize, box), channels, 1, box, size, interpolation, mirrored: false, scratch, destination);
    }

    private static void Run<T>(
        T source,
        int channels,
        float white,
        PixelBox box,
        ImageSize size,
        Interpolation interpolation,
        bool mirrored,
        ResampleScratch scratch,
        Span<float> destination)
        where T : struct, ISourceRows, allows ref struct
    {
        scratch.Columns.Fill(box.Width, size.Width, interpolation, mirrored);
        scratch.Rows.Fill(box.Height, size.Height, interpolation);
        var ring = new NarrowRows(scratch, channels, size.Width);
        var row = 0;
        for (var y = 0; y < box.Height; y += InterleavedLines.Count)
        {
            Across(source, y, channels, white, size.Width, scratch, ring);
            for (; row < size.Height && scratch.Rows.End(row) <= y + InterleavedLines.Count; row++)
            {
                ring.Down(row, 1 / white, size, destination);
            }
        }
    }

    // Resizes sixteen rows from y on: [16, box.Width] → [16, W], clipped to [0, white].
    private static void Across<T>(T source, int y, int channels, float white, int width, ResampleScratch scratch, NarrowRows narrow)
        where T : struct, ISourceRows, allows ref struct
    {
        var taps = scratch.Columns;
        var tile = scratch.Tile(channels * Tile); // [C, 32 columns, 16 rows]
        var step = taps.MaximumCount > FewTaps ? 1 : NarrowRows.Columns;
        for (var x = 0; x < width; x += step)
        {
            var columns = Math.Min(step, width - x);
            var from = Math.Min(taps.Start(x), taps.Start(x + columns - 1)); // mirrored tables run backwards
            var to = Math.Max(taps.End(x), taps.End(x + columns - 1));
            var window = scratch.Window(checked((to - from) * channels * InterleavedLines.Count)); // [(to − from) · C, 16]
            source.Load(y, from, to, window);
            for (var column = 0; column < columns; column++)
            {
                var weights = taps.Weights(x + column);
                var start = window.Slice(
                    (taps.Start(x + column) - from) * channels * InterleavedLines.Count,
                    weights.Length * channels * InterleavedLines.Count);
                ref var target = ref tile[column * InterleavedLines.Count];
                if (channels == 3)
                {
                    MixColor(weights, ref MemoryMarshal.GetReference(start), white, ref target);
                }
                else if (channels == 1)
                {
                    MixGray(weights, ref MemoryMarshal.GetReference(start), white, ref target);
                }
                else
                {
                    MixChannels(weights, start, channels, white, ref target);
                }
            }

            for (var channel = 0; channel < channels; channel++)
            {
                InterleavedLines.ToRows(tile[(channel * Tile)..], NarrowRows.Columns, narrow.From(channel, y)[x..], narrow.Stride);
            }
        }
    }

    // [taps · 3, 16] → three times [16], a tile apart
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MixColor(ReadOnlySpan<float> weights, ref float window, float white, ref float target)
    {
        for (nuint line = 0; line < InterleavedLines.Count; line += (nuint)Vector<float>.Count)
        {
            var (red, green, blue) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            var at = line;
            foreach (var w in weights)
            {
                var weight = new Vector<float>(w);
                red += weight * Vector.LoadUnsafe(ref window, at);
                green += weight * Vector.LoadUnsafe(ref window, at + InterleavedLines.Count);
                blue += weight * Vector.LoadUnsafe(ref window, at + (2 * InterleavedLines.Count));
                at += 3 * InterleavedLines.Count;
            }

            Clip(red, white).StoreUnsafe(ref target, line);
            Clip(green, white).StoreUnsafe(ref target, line + Tile);
            Clip(blue, white).StoreUnsafe(ref target, line + (2 * Tile));
        }
    }

    // [taps, 16] → [16]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MixGray(ReadOnlySpan<float> weights, ref float window, float white, ref float target)
    {
        for (nuint line = 0; line < InterleavedLines.Count; line += (nuint)Vector<float>.Count)
        {
            var gray = Vector<float>.Zero;
            var at = line;
            foreach (var w in weights)
            {
                gray += new Vector<float>(w) * Vector.LoadUnsafe(ref window, at);
                at += InterleavedLines.Count;
            }

            Clip(gray, white).StoreUnsafe(ref target, line);
        }
    }

    // [taps · C, 16] → C times [16], a tile apart
    private static void MixChannels(ReadOnlySpan<float> weights, ReadOnlySpan<float> window, int channels, float white, ref float target)
    {
        ref var start = ref MemoryMarshal.GetReference(window);
        for (var channel = 0; channel < channels; channel++)
        {
            for (var line = 0; line < InterleavedLines.Count; line += Vector<float>.Count)
            {
                var sum = Vector<float>.Zero;
                var at = (nuint)((channel * InterleavedLines.Count) + line);
                foreach (var w in weights)
                {
                    sum += new Vector<float>(w) * Vector.LoadUnsafe(ref start, at);
                    at += (nuint)(channels * InterleavedLines.Count);
                }

                Clip(sum, white).StoreUnsafe(ref target, (nuint)((channel * Tile) + line));
            }
        }
    }

    private static Vector<float> Clip(Vector<float> values, float white) =>
        Vector.ClampNative(values, Vector<float>.Zero, new Vector<float>(white));
}
