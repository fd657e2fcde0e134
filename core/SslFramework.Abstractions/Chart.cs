namespace SslFramework;

/// <summary>
/// Lines over a common axis, such as precision over recall. An evaluator that has them asks for an optional <see cref="IProgress{T}"/> of
/// this type in its constructor; what it reports stands beside its numbers in evaluation.json, and in the report, which draws the lines
/// of baselines into the chart of the trained backbone that has the same title.
/// </summary>
/// <param name="Title">One line above it.</param>
/// <param name="Across">What the horizontal axis is.</param>
/// <param name="Lines">From the most to the least important, each under a name of its own.</param>
public sealed record Chart(string Title, string Across, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>Where the vertical axis must reach; null if the points say it.</summary>
    public (double Low, double High)? Reach { get; init; }
}

/// <summary>A line of a <see cref="Chart"/>.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">From left to right; those that are not finite are left out.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points);
