using System.Text.Json;
using System.Text.Json.Serialization;

namespace SslFramework.Host.Evaluation;

/// <summary>Curves of an evaluator.</summary>
/// <param name="Evaluator">The evaluator's name, as in its numbers.</param>
/// <param name="Subject">What was measured.</param>
/// <param name="Title">What the chart is called.</param>
/// <param name="Across">What the horizontal axis is.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Reach">Where the vertical axis must reach, lowest and highest; null if the points say it.</param>
/// <param name="Backbone">Hash of the weights that were measured.</param>
internal sealed record SubjectChart(
    string Evaluator, string Subject, string Title, string Across, IReadOnlyList<SubjectLine> Lines,
    double[]? Reach = null, string? Backbone = null)
    : IJsonOnDeserialized
{
    /// <summary>What an evaluator reported, as it is kept.</summary>
    public static SubjectChart Of(Chart chart, string evaluator, string subject, string backbone) => new(
        evaluator, subject, chart.Title, chart.Across, [.. chart.Lines.Select(Kept)],
        chart.Reach is { } reach ? [reach.Low, reach.High] : null, backbone);

    private static SubjectLine Kept(ChartLine line) => new(
        line.Name,
        [.. line.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).Select(point => new[] { point.X, point.Y })]);

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Reach is not (null or [_, _]) || Lines.Any(line => line is null || line.Points.Any(point => point is not [_, _])))
        {
            throw new JsonException("A point of a chart has two numbers, and so has its \"reach\".");
        }
    }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">Two numbers each, from left to right.</param>
internal sealed record SubjectLine(string Name, IReadOnlyList<double[]> Points);
