using System.Numerics;
using System.Runtime.InteropServices;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>A filter along interleaved lines, place after place.</summary>
internal interface ILineFilter
{
    /// <summary>Places beyond each end of a line that the filter needs and fills itself.</summary>
    int Reach { get; }

    /// <summary>Filters along the lines; the input is overwritten.</summary>
    /// <param name="lines">[reach + length + reach, apart]; the lines begin after the reach.</param>
    /// <param name="between">As large as <paramref name="lines"/>, for what passes of the filter give to each other.</param>
    /// <param name="filtered">Receives the result after its reach, and nothing before it.</param>
    /// <param name="length">Places per line.</param>
    /// <param name="apart">Numbers from place to place: how many lines are interleaved.</param>
    void Along(Span<float> lines, Span<float> between, Span<float> filtered, int length, int apart);
}

/// <summary>
/// Runs a filter along the rows of a channel, one by one, each into its place of a copy, then along all columns of the copy at once: of
/// a channel of 224 × 224, the rows that a sum needs stay in the processor's nearest cache. Each number is computed by itself, in one
/// order whatever the width of the vectors.
/// </summary>
internal static class SeparableFilter
{
    /// <summary>Filters may write this many numbers beyond the end.</summary>
    public static readonly int Slack = 4 * Vector<float>.Count;

    /// <summary>How many numbers of memory <see cref="Apply"/> needs.</summary>
    public static int Spare(ImageSize size, int reach) => (2 * RowLength(size, reach)) + (3 * LinesLength(size, reach));

    /// <summary>Filters float32 [H, W] in [0, 1] in place; the result is clipped.</summary>
    public static void Apply<T>(Span<float> plane, ImageSize size, T filter, Span<float> spare)
        where T : struct, ILineFilter, allows ref struct
    {
        var (height, width, reach) = (size.Height, size.Width, filter.Reach);
        var (rowLength, linesLength) = (RowLength(size, reach), LinesLength(size, reach));
        var row = spare[..rowLength];
        var rowBetween = spare.Slice(rowLength, rowLength);
        var lines = spare.Slice(2 * rowLength, linesLength);
        var linesBetween = spare.Slice((2 * rowLength) + linesLength, linesLength);
        var filtered = spare.Slice((2 * rowLength) + (2 * linesLength), linesLength);
        for (var y = 0; y < height; y++)
        {
            plane.Slice(y * width, width).CopyTo(row[reach..]);
            filter.Along(row, rowBetween, lines[(((reach + y) * width) - reach)..], width, apart: 1);
        }

        filter.Along(lines, linesBetween, filtered, height, width);
        Clip(filtered[(reach * width)..], plane);
    }

    private static void Clip(ReadOnlySpan<float> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from[..to.Length]);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = Vector.LoadUnsafe(ref source, (nuint)i);
            Vector.ClampNative(values, Vector<float>.Zero, Vector<float>.One).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < to.Length; i++)
        {
            to[i] = Math.Clamp(from[i], 0, 1);
        }
    }

    private static int RowLength(ImageSize size, int reach) => size.Width + (2 * reach) + Slack;

    private static int LinesLength(ImageSize size, int reach) => ((size.Height + (2 * reach)) * size.Width) + Slack;
}
