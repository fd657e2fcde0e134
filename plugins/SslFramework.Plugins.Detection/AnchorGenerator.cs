namespace SslFramework.Plugins.Detection;

/// <summary>
/// The boxes that proposals start from: at every place of a map, some of each size and ratio around the place's upper left corner.
/// Ren et al. 2015, https://arxiv.org/abs/1506.01497
/// </summary>
/// <param name="sizes">For each map, square roots of the areas in pixels of the view.</param>
/// <param name="ratios">Heights per width.</param>
internal sealed class AnchorGenerator(IReadOnlyList<IReadOnlyList<double>> sizes, IReadOnlyList<double> ratios)
{
    /// <summary>Anchors per place of each map.</summary>
    public IReadOnlyList<int> PerPlace { get; } = [.. sizes.Select(own => own.Count * ratios.Count)];

    /// <summary>The anchors of a map, row by row; those of a place lie together, the ratios of a size in turn.</summary>
    /// <param name="level">The map's number.</param>
    /// <param name="stride">Pixels of the view per pixel of the map.</param>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="columns">Its columns.</param>
    public Box[] Of(int level, double stride, int rows, int columns)
    {
        var shapes = sizes[level].SelectMany(size => ratios.Select(ratio => Shape(size, ratio))).ToArray();
        var anchors = new Box[rows * columns * shapes.Length];
        for (var i = 0; i < anchors.Length; i++)
        {
            var (place, shape) = Math.DivRem(i, shapes.Length);
            var (y, x) = Math.DivRem(place, columns);
            var (width, height) = shapes[shape];
            anchors[i] = new((x * stride) - (width / 2), (y * stride) - (height / 2), width, height);
        }

        return anchors;
    }

    private static (double Width, double Height) Shape(double size, double ratio) =>
        Math.Sqrt(size * size / ratio) is var width ? (width, ratio * width) : default;
}
