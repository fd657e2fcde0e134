namespace SslFramework.Host.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">From left to right.</param>
public sealed record Series(string Name, IReadOnlyList<ChartPoint> Points)
{
    private const int MostPoints = 400;

    /// <summary>Drawn with dashes, as what must be beaten.</summary>
    public bool Dashed { get; init; }

    /// <summary>Which of the page's colours; that of its place in the chart where absent.</summary>
    public int? Color { get; init; }

    /// <summary>Whether each point gets a mark.</summary>
    public bool Marked { get; init; }

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
            Points = [.. Points.Chunk(stretch).SelectMany(chunk => new[] { chunk.MinBy(p => p.Y)!, chunk.MaxBy(p => p.Y)! }.Distinct().OrderBy(p => p.X))],
        };
    }
}

/// <summary>A place in a chart.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
/// <param name="Interval">Low and high end of the 95 % interval, or null.</param>
public sealed record ChartPoint(double X, double Y, double[]? Interval = null);
