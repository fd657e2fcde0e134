namespace SslFramework.Core.Augmentations.Batched;

/// <summary>
/// Grids of square patches in images of one size: each lies at a random place, and each patch moves a little from its own.
/// </summary>
public sealed class PatchGrid
{
    private readonly PatchSpacing spacing;
    private readonly ImageSize size;
    private readonly int rows;
    private readonly int columns;
    private readonly int grids;

    /// <summary>Plans the grids.</summary>
    /// <param name="spacing">How patches lie beside and below each other.</param>
    /// <param name="size">Size of the images.</param>
    /// <param name="rows">Rows of patches in a grid.</param>
    /// <param name="columns">Columns of patches in a grid.</param>
    /// <param name="grids">Grids that are laid over each image.</param>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public PatchGrid(PatchSpacing spacing, ImageSize size, int rows, int columns, int grids = 1)
    {
        (this.spacing, this.size, this.rows, this.columns, this.grids) = (spacing, size, rows, columns, grids);
        var (height, width) = (spacing.Extent(rows), spacing.Extent(columns));
        if (size.Height < height || size.Width < width)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The views are {size.Height}×{size.Width}, "
                + $"but a {rows}×{columns} grid of {spacing.Side}-pixel patches with \"gap\" {spacing.Gap} and \"jitter\" {spacing.Jitter} "
                + $"needs {height}×{width}; crop larger views, or lower \"patchSize\", \"gap\" or \"jitter\".");
        }
    }

    /// <summary>Number of patches per image. They are ordered grid by grid, each row by row.</summary>
    public int Count => grids * rows * columns;

    /// <summary>Draws the upper left corner of every patch: a random origin of each grid, and a random move of each patch.</summary>
    /// <returns>N · Count corners, image by image.</returns>
    public (int Top, int Left)[] Draw(ViewBatch batch, StepRandom random, int stream = 0)
    {
        var corners = new List<(int, int)>(batch.Count * Count);
        foreach (var sample in batch.Indices)
        {
            var draw = random.ForSample(sample, stream);
            for (var grid = 0; grid < grids; grid++)
            {
                var top = draw.Next(size.Height - spacing.Extent(rows) + 1);
                var left = draw.Next(size.Width - spacing.Extent(columns) + 1);
                for (var cell = 0; cell < rows * columns; cell++)
                {
                    corners.Add((
                        top + (cell / columns * spacing.Pitch) + draw.Next((2 * spacing.Jitter) + 1),
                        left + (cell % columns * spacing.Pitch) + draw.Next((2 * spacing.Jitter) + 1)));
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
        var (n, channels, side, width) = (images.shape[0], images.shape[1], (long)spacing.Side, images.shape[3]);
        var start = tensor([.. corners.Select(corner => (corner.Top * width) + corner.Left)], [n, Count, 1, 1], device: images.device);
        var inside = arange(side, int64, images.device);
        var pixels = (start + (inside * width).unsqueeze(1) + inside).view(n, 1, -1); // [N, 1, P·p·p], indices of pixels in H·W
        return images.flatten(2).gather(2, pixels.expand(n, channels, -1)) // [N, C, P·p·p]
            .view(n, channels, Count, side, side).transpose(1, 2).flatten(0, 1).MoveToOuterDisposeScope();
    }
}
