namespace SslFramework.Core.Data.Masks;

/// <summary>Puts the small mask that a network gives for a box into the image.</summary>
public static class PastedMask
{
    /// <summary>Resizes a mask to a box, bilinearly between the middles of its cells, with zeros around it.</summary>
    /// <param name="scores">Row by row, <paramref name="side"/> · <paramref name="side"/> numbers.</param>
    /// <param name="side">Rows and columns of the small mask.</param>
    /// <param name="box">Where it belongs.</param>
    /// <param name="size">Rows and columns of the image.</param>
    /// <param name="threshold">Pixels with at least this are inside.</param>
    public static RunLengthMask Encode(ReadOnlySpan<float> scores, int side, Box box, ImageSize size, double threshold = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, side * side);
        var runs = new MaskRuns();
        var (left, right) = Span(box.Left, box.Width, side, size.Width);
        var (top, bottom) = Span(box.Top, box.Height, side, size.Height);
        runs.Add(left * size.Height, false);
        for (var x = left; x < right; x++)
        {
            runs.Add(top, false);
            var (column, toRight) = Cell(x, box.Left, box.Width, side);
            for (var y = top; y < bottom; y++)
            {
                var (row, toBottom) = Cell(y, box.Top, box.Height, side);
                var upper = Between(At(scores, row, column), At(scores, row, column + 1), toRight);
                var lower = Between(At(scores, row + 1, column), At(scores, row + 1, column + 1), toRight);
                runs.Add(1, Between(upper, lower, toBottom) >= threshold);
            }

            runs.Add(size.Height - bottom, false);
        }

        runs.Add((size.Width - right) * size.Height, false);
        return runs.ToMask(size);

        double At(ReadOnlySpan<float> all, int row, int column) =>
            row < 0 || row >= side || column < 0 || column >= side ? 0 : all[(row * side) + column];
    }

    /// <summary>The pixels that a box touches, and half a cell around it, within which the mask fades.</summary>
    private static (int First, int End) Span(double low, double length, int side, int most)
    {
        var margin = length / side / 2;
        var first = (int)Math.Clamp(Math.Floor(low - margin), 0, most);
        return (first, length > 0 ? (int)Math.Clamp(Math.Ceiling(low + length + margin), first, most) : first);
    }

    /// <summary>The cell whose middle lies before a pixel's, and the way from it to the next in cells.</summary>
    private static (int Cell, double Way) Cell(int pixel, double start, double length, int side)
    {
        var place = ((pixel + 0.5 - start) / length * side) - 0.5;
        var cell = Math.Floor(place);
        return ((int)cell, place - cell);
    }

    private static double Between(double a, double b, double way) => a + ((b - a) * way);
}
