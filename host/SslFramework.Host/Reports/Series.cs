namespace SslFramework.Host.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">From left to right.</param>
internal sealed record Series(string Name, IReadOnlyList<ChartPoint> Points)
{
    private const int MostPoints = 400;

    /// <summary>Drawn with dashes, as what must be beaten.</summary>
    public bool Dashed { get; init; }

    /// <summary>Which of the page's colors; that of its place in the chart where absent.</summary>
    public int? Color { get; init; }

    /// <summary>Whether each point gets a mark.</summary>
    public bool Marked { get; init; }

    /// <summary>
    /// The points that have a place on paper: not those that are NaN, infinite, or farther away than single precision reaches.
    /// </summary>
    public Series Drawable() => Points.All(IsDrawable) ? this : this with
    {
        Points = [.. Points.Where(p => IsPlace(p.X) && IsPlace(p.Y)).Select(p => IsDrawable(p) ? p : p with { Interval = null })],
    };

    /// <summary>The lowest and highest of each stretch where there are more points than can be seen, so that no spike is lost.</summary>
    public Series Thinned()
    {
        if (Points.Count <= MostPoints)
        {
            return this;
        }

        var stretch = (int)Math.Ceiling(2.0 * Points.Count / MostPoints);
        return this with
        {
            Points = [.. Points.Chunk(stretch)
                .SelectMany(chunk => new[] { chunk.MinBy(p => p.Y)!, chunk.MaxBy(p => p.Y)! }.Distinct().OrderBy(p => p.X))],
        };
    }

    private static bool IsDrawable(ChartPoint point) => IsPlace(point.X) && IsPlace(point.Y) && point.Interval?.All(IsPlace) is not false;

    private static bool IsPlace(double value) => float.IsFinite((float)value);
}

/// <summary>A place in a chart.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
/// <param name="Interval">Low and high end of the 95 % interval, or null.</param>
internal sealed record ChartPoint(double X, double Y, double[]? Interval = null);
