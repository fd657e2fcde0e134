namespace SslFramework.Plugins.Detection;

/// <summary>The part of an object's mask that a box covers, as few cells: what a mask head shall give.</summary>
internal static class MaskTarget
{
    /// <summary>Cells of which the mask covers at least half are 1.</summary>
    /// <param name="mask">The object's pixels in the image.</param>
    /// <param name="box">The box, in pixels of the image.</param>
    /// <param name="mirrored">Whether the view is mirrored, and with it the cells.</param>
    /// <param name="side">Cells per row and column.</param>
    /// <param name="cells">Receives side · side numbers, row by row.</param>
    public static void Write(RunLengthMask mask, Box box, bool mirrored, int side, Span<float> cells)
    {
        var (left, top) = ((int)Math.Floor(Math.Max(0, box.Left)), (int)Math.Floor(Math.Max(0, box.Top)));
        var right = (int)Math.Ceiling(Math.Min(mask.Size.Width, box.Right));
        var bottom = (int)Math.Ceiling(Math.Min(mask.Size.Height, box.Bottom));
        var (width, height) = (Math.Max(0, right - left), Math.Max(0, bottom - top));
        var sums = Sums(mask, left, top, width, height);
        var (cellWidth, cellHeight) = (box.Width / side, box.Height / side);
        for (var i = 0; i < cells.Length; i++)
        {
            var (row, column) = Math.DivRem(i, side);
            var (x, y) = (box.Left - left + ((mirrored ? side - 1 - column : column) * cellWidth), box.Top - top + (row * cellHeight));
            var covered = Sum(x + cellWidth, y + cellHeight) - Sum(x, y + cellHeight) - Sum(x + cellWidth, y) + Sum(x, y);
            cells[i] = covered >= cellWidth * cellHeight / 2 ? 1 : 0;
        }

        // The pixels above and to the left of a place, parts of pixels too.
        double Sum(double x, double y)
        {
            (x, y) = (Math.Clamp(x, 0, width), Math.Clamp(y, 0, height));
            var (column, row) = (Math.Min((int)x, Math.Max(0, width - 1)), Math.Min((int)y, Math.Max(0, height - 1)));
            var (nextColumn, nextRow) = (Math.Min(column + 1, width), Math.Min(row + 1, height));
            var upper = sums[row, column] + ((x - column) * (sums[row, nextColumn] - sums[row, column]));
            var lower = sums[nextRow, column] + ((x - column) * (sums[nextRow, nextColumn] - sums[nextRow, column]));
            return upper + ((y - row) * (lower - upper));
        }
    }

    /// <summary>For each corner of pixels of a rectangle, the pixels of the mask above and to the left of it.</summary>
    private static int[,] Sums(RunLengthMask mask, int left, int top, int width, int height)
    {
        var (sums, at) = (new int[height + 1, width + 1], 0);
        foreach (var (run, count) in mask.Counts.Index())
        {
            for (var i = run % 2 == 1 ? at : at + count; i < at + count; i++)
            {
                var (x, y) = Math.DivRem(i, mask.Size.Height);
                if (x >= left && x < left + width && y >= top && y < top + height)
                {
                    sums[y - top + 1, x - left + 1] = 1;
                }
            }

            at += count;
        }

        for (var y = 1; y <= height; y++)
        {
            for (var x = 1; x <= width; x++)
            {
                sums[y, x] += sums[y - 1, x] + sums[y, x - 1] - sums[y - 1, x - 1];
            }
        }

        return sums;
    }
}
