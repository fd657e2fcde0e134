namespace SslFramework.Core.Data.Masks;

/// <summary>
/// The pixels of a polygon by COCO's rule. Corners lie on a grid of a fifth of a pixel. Edges are walked point by point, and where a walk
/// steps over the middle of a column of pixels, those below it change sides.
/// </summary>
public static class PolygonMask
{
    private const int Fine = 5; // points of the grid per pixel
    private const int Middle = Fine / 2;

    /// <summary>The pixels of an object of several parts.</summary>
    /// <param name="parts">At least one; each has x and y of its corners in turn.</param>
    /// <param name="size">Rows and columns of the image; parts may leave it.</param>
    public static RunLengthMask EncodeParts(IReadOnlyList<double[]> parts, ImageSize size) =>
        MaskCoding.Union([.. parts.Select(part => Encode(part, size))]);

    /// <summary>The pixels of one part.</summary>
    public static RunLengthMask Encode(ReadOnlySpan<double> corners, ImageSize size)
    {
        var changes = new Changes(size);
        for (var i = 0; i + 1 < corners.Length; i += 2)
        {
            var next = (i + 2) % (corners.Length & ~1);
            Walk(OnGrid(corners[i], corners[i + 1]), OnGrid(corners[next], corners[next + 1]), changes);
        }

        return changes.ToMask();
    }

    // Toward zero, also for what lies left of or above the image.
    private static (int X, int Y) OnGrid(double x, double y) => ((int)((Fine * x) + 0.5), (int)((Fine * y) + 0.5));

    private static void Walk((int X, int Y) from, (int X, int Y) to, Changes changes)
    {
        var (dx, dy) = (Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
        var (flat, steps) = (dx >= dy, Math.Max(dx, dy));

        // Counted from the same end in both directions, so that two polygons with a common edge leave no gap.
        var backward = flat ? from.X > to.X : from.Y > to.Y;
        var (low, high) = backward ? (to, from) : (from, to);
        var slope = steps == 0 ? 0 : flat ? (double)(high.Y - low.Y) / dx : (double)(high.X - low.X) / dy;
        for (var step = 0; step <= steps; step++)
        {
            var t = backward ? steps - step : step;
            changes.Visit(
                flat ? low.X + t : (int)(low.X + (slope * t) + 0.5),
                flat ? (int)(low.Y + (slope * t) + 0.5) : low.Y + t);
        }
    }

    /// <summary>The places, column by column, at which pixels change between outside and inside.</summary>
    private sealed class Changes(ImageSize size)
    {
        private readonly List<int> places = [];
        private (int X, int Y)? before;

        public void Visit(int x, int y)
        {
            if (before is { } last && x != last.X)
            {
                var (column, row) = (x < last.X ? x : x - 1, Math.Min(y, last.Y));
                if (column >= 0 && column % Fine == Middle && column / Fine < size.Width)
                {
                    places.Add((column / Fine * size.Height) + (row < 0 ? 0 : Math.Min((row + Middle) / Fine, size.Height)));
                }
            }

            before = (x, y);
        }

        public RunLengthMask ToMask()
        {
            places.Sort();
            var runs = new MaskRuns();
            var (at, inside) = (0, false);
            foreach (var place in places.Append(size.Height * size.Width))
            {
                runs.Add(place - at, inside);
                (at, inside) = (place, !inside);
            }

            return runs.ToMask(size);
        }
    }
}
