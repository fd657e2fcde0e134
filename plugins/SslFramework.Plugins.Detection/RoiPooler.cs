namespace SslFramework.Plugins.Detection;

/// <summary>Cuts boxes out of the maps of a pyramid, each out of the one that suits its size.</summary>
internal static class RoiPooler
{
    private const double SidePerStride = 14; // a box of 224 pixels is cut out of the map with a stride of 16

    /// <summary>The map that suits a box.</summary>
    /// <param name="box">The box.</param>
    /// <param name="strides">Pixels of the view per pixel of each map: each twice that before.</param>
    public static int LevelOf(Box box, IReadOnlyList<double> strides)
    {
        var wanted = Math.Floor(Math.Log2((Math.Sqrt(box.Area) / SidePerStride / strides[0]) + 1e-8)); // so that no side of 0 is infinite
        return (int)Math.Clamp(wanted, 0, strides.Count - 1);
    }

    /// <summary>Resamples every box to a fixed size.</summary>
    /// <param name="maps">[N, C, H, W] each.</param>
    /// <param name="strides">Their strides.</param>
    /// <param name="boxes">R boxes, at least one.</param>
    /// <param name="side">Rows and columns that come out.</param>
    /// <returns>[R, C, side, side].</returns>
    public static Tensor Pool(IReadOnlyList<Tensor> maps, IReadOnlyList<double> strides, IReadOnlyList<BoxOfImage> boxes, int side)
    {
        using var scope = NewDisposeScope();
        var (parts, order) = (new List<Tensor>(), new List<int>());
        foreach (var level in boxes.Index().GroupBy(one => LevelOf(one.Item.Box, strides)).OrderBy(group => group.Key))
        {
            order.AddRange(level.Select(one => one.Index));
            var options = new RoiAlignOptions(side, 1 / strides[level.Key]);
            parts.Add(RoiAlign.Pool(maps[level.Key], [.. level.Select(one => one.Item)], options));
        }

        var places = new long[order.Count];
        foreach (var (place, number) in order.Index())
        {
            places[number] = place;
        }

        return cat(parts).index_select(0, tensor(places, device: maps[0].device)).MoveToOuterDisposeScope();
    }
}
