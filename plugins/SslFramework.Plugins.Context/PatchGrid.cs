namespace SslFramework.Plugins.Context;

/// <summary>Where the patches of an image lie, and which of them are compared.</summary>
public sealed class PatchGrid
{
    /// <summary>Number of places that a neighbour can be at.</summary>
    public const int Directions = 8;
    private readonly ContextOptions options;
    private readonly long height;
    private readonly long width;
    private readonly int rows;
    private readonly int columns;

    /// <summary>Lays grids over images of one size.</summary>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public PatchGrid(ContextOptions options, long height, long width)
    {
        (this.options, this.height, this.width) = (options, height, width);
        var needed = options.Pairs == PatchPairs.Neighbours ? 3 : 2;
        (rows, columns) = (Fitting(height), Fitting(width));
        if (Math.Min(rows, columns) < needed)
        {
            throw new ExperimentException(
                ExitCode.Config,
                $"The views are {height}×{width}, but a {needed}×{needed} grid of {options.PatchSize}-pixel patches with \"gap\" {options.Gap} and "
                + $"\"jitter\" {options.Jitter} needs {Extent(needed)}×{Extent(needed)}; crop larger views, or lower \"patchSize\", \"gap\" or \"jitter\".");
        }

        (rows, columns) = options.Pairs == PatchPairs.Neighbours ? (needed, needed) : (rows, columns);
        Pairs = [.. Enumerable.Range(0, options.Grids).SelectMany(grid => PairsOf(grid * rows * columns))];
    }

    /// <summary>Patches of an image: grid by grid, each row by row.</summary>
    public int Count => options.Grids * rows * columns;

    /// <summary>
    /// The pairs: where the second patch lies, seen from the first. Places are numbered row by row without the centre:
    /// 0 1 2 above, 3 left, 4 right, 5 6 7 below.
    /// </summary>
    public IReadOnlyList<(int First, int Second, int Place)> Pairs { get; }

    /// <summary>Draws the upper left corner of every patch: a random origin of each grid, and a random move of each patch.</summary>
    /// <returns>N · Count corners, image by image.</returns>
    public (int Top, int Left)[] Draw(ViewBatch batch, StepRandom random, int stream = 0)
    {
        var corners = new List<(int, int)>(batch.Count * Count);
        var (slackY, slackX) = ((int)height - Extent(rows), (int)width - Extent(columns));
        foreach (var sample in batch.Indices)
        {
            var draw = random.ForSample(sample, stream);
            for (var grid = 0; grid < options.Grids; grid++)
            {
                var (top, left) = (draw.Next(slackY + 1), draw.Next(slackX + 1));
                for (var cell = 0; cell < rows * columns; cell++)
                {
                    corners.Add((
                        top + (cell / columns * Pitch) + draw.Next((2 * options.Jitter) + 1),
                        left + (cell % columns * Pitch) + draw.Next((2 * options.Jitter) + 1)));
                }
            }
        }

        return [.. corners];
    }

    /// <summary>Cuts the patches out, on the images' device.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="corners">N · Count corners, image by image.</param>
    /// <returns>[N · Count, C, p, p].</returns>
    public Tensor Cut(Tensor images, (int Top, int Left)[] corners)
    {
        using var scope = NewDisposeScope();
        var (n, channels, side) = (images.shape[0], images.shape[1], (long)options.PatchSize);
        var start = tensor([.. corners.Select(corner => (corner.Top * width) + corner.Left)], [n, Count, 1, 1], device: images.device);
        var inside = arange(side, int64, images.device);
        var pixels = (start + (inside * width).unsqueeze(1) + inside).view(n, 1, -1); // [N, 1, P·p·p], numbers of pixels in H·W
        return images.flatten(2).gather(2, pixels.expand(n, channels, -1)) // [N, C, P·p·p]
            .view(n, channels, Count, side, side).transpose(1, 2).flatten(0, 1).MoveToOuterDisposeScope();
    }

    private int Pitch => options.PatchSize + options.Gap;

    private int Extent(int cells) => ((cells - 1) * Pitch) + options.PatchSize + (2 * options.Jitter);

    private int Fitting(long length) => length < Extent(1) ? 0 : (int)((length - Extent(1)) / Pitch) + 1;

    private IEnumerable<(int First, int Second, int Place)> PairsOf(int start)
    {
        for (var cell = 0; cell < rows * columns; cell++)
        {
            var (row, column) = Math.DivRem(cell, columns);
            if (options.Pairs == PatchPairs.Neighbours && (row, column) != (1, 1))
            {
                continue;
            }

            for (var place = 0; place < Directions; place++)
            {
                var (dy, dx) = Math.DivRem(place < 4 ? place : place + 1, 3); // the centre has no number
                var (y, x) = (row + dy - 1, column + dx - 1);
                if (y >= 0 && y < rows && x >= 0 && x < columns)
                {
                    yield return (start + cell, start + (y * columns) + x, place);
                }
            }
        }
    }
}
