using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Plugins.Context;

/// <summary>Where the patches of an image lie, and which of them are compared.</summary>
public sealed class ContextGrid
{
    /// <summary>Number of places at which a neighbor can be.</summary>
    public const int Directions = 8;

    /// <summary>Lays grids over images of one size.</summary>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public ContextGrid(ContextOptions options, ImageSize size)
    {
        var spacing = new PatchSpacing(options.PatchSize, options.Gap, options.Jitter);
        var fitting = (Rows: spacing.Fitting(size.Height), Columns: spacing.Fitting(size.Width));
        var (rows, columns) = options.Pairs == PatchPairs.Neighbors ? (3, 3)
            : Math.Min(fitting.Rows, fitting.Columns) < 2 ? (2, 2) // too small: the grid reports it
            : fitting;
        Patches = new PatchGrid(spacing, size, rows, columns, options.Grids);
        var first = options.Pairs == PatchPairs.Neighbors ? [4] : Enumerable.Range(0, rows * columns); // 4 is the center
        Pairs = [.. first.SelectMany(cell => PairsOf(cell, rows, columns))];
    }

    /// <summary>The patches of an image.</summary>
    public PatchGrid Patches { get; }

    /// <summary>
    /// The pairs of each grid: where the second patch lies, seen from the first. Places are numbered row by row without the center:
    /// 0 1 2 above, 3 left, 4 right, 5 6 7 below.
    /// </summary>
    public IReadOnlyList<(int First, int Second, int Place)> Pairs { get; }

    private static IEnumerable<(int First, int Second, int Place)> PairsOf(int cell, int rows, int columns)
    {
        for (var place = 0; place < Directions; place++)
        {
            var (dy, dx) = Math.DivRem(place < 4 ? place : place + 1, 3); // the center has no number
            var (y, x) = ((cell / columns) + dy - 1, (cell % columns) + dx - 1);
            if (y >= 0 && y < rows && x >= 0 && x < columns)
            {
                yield return (cell, (y * columns) + x, place);
            }
        }
    }
}
