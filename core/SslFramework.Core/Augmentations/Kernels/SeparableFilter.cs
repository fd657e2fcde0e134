using System.Numerics;

namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>A filter along interleaved lines, place after place.</summary>
internal interface ILineFilter
{
    /// <summary>Places beyond each end of a line that the filter needs and fills itself.</summary>
    int Reach { get; }

    /// <summary>Filters along the lines; the input is overwritten.</summary>
    /// <param name="lines">[reach + length + reach, apart]; the lines begin after the reach.</param>
    /// <param name="filtered">Receives the result after its reach; as large as <paramref name="lines"/>.</param>
    /// <param name="length">Places per line.</param>
    /// <param name="apart">Numbers from place to place: how many lines are interleaved.</param>
    void Along(Span<float> lines, Span<float> filtered, int length, int apart);
}

/// <summary>
/// Runs a filter along the rows of a channel, one by one, then along its columns, sixteen at a time, in copies that
/// stay in the processor's nearest cache. Each number is computed by itself, in one order whatever the width of the vectors.
/// </summary>
internal static class SeparableFilter
{
    /// <summary>Filters may write this many numbers beyond the end.</summary>
    public static readonly int Slack = 4 * Vector<float>.Count;

    private const int Columns = 16; // a cache line of float32

    /// <summary>How many numbers of memory <see cref="Apply"/> needs.</summary>
    public static int Spare(ImageSize size, int reach) => 2 * LinesLength(size, reach);

    /// <summary>Filters float32 [H, W] in [0, 1] in place; the result is clipped.</summary>
    public static void Apply<T>(Span<float> plane, ImageSize size, T filter, Span<float> spare)
        where T : struct, ILineFilter, allows ref struct
    {
        var (height, width, reach) = (size.Height, size.Width, filter.Reach);
        var lines = spare[..LinesLength(size, reach)];
        var filtered = spare.Slice(lines.Length, lines.Length);
        for (var y = 0; y < height; y++)
        {
            var row = plane.Slice(y * width, width);
            row.CopyTo(lines[reach..]);
            filter.Along(lines, filtered, width, apart: 1);
            filtered.Slice(reach, width).CopyTo(row);
        }

        for (var x = 0; x < width; x += Columns)
        {
            var apart = Math.Min(Columns, width - x);
            InterleavedLines.Copy(plane[x..], width, lines[(reach * apart)..], apart, height, apart);
            filter.Along(lines, filtered, height, apart);
            Elementwise.Change(filtered.Slice(reach * apart, height * apart), default(ColorFormulas.Clipped));
            InterleavedLines.Copy(filtered[(reach * apart)..], apart, plane[x..], width, height, apart);
        }
    }

    private static int LinesLength(ImageSize size, int reach) =>
        (Math.Max((size.Height + (2 * reach)) * Math.Min(Columns, size.Width), size.Width + (2 * reach))) + Slack;
}
