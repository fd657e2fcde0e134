using SslFramework.Host.Comparison;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Reports.Sections;

/// <summary>One measure of every layer and subject.</summary>
/// <param name="Heading">The measure.</param>
/// <param name="Title">The same with its unit.</param>
/// <param name="Subjects">The trained network, and what it must beat.</param>
/// <param name="Layers">From input to output.</param>
/// <param name="Results">What was measured.</param>
internal sealed record MeasuredLayers(
    string Heading, string Title, IReadOnlyList<string> Subjects, IReadOnlyList<string> Layers, IReadOnlyList<SubjectResult> Results)
{
    /// <summary>Puts results in order.</summary>
    public static MeasuredLayers Of(string heading, IReadOnlyList<string> subjects, SubjectResult[] results)
    {
        var title = Measure.IsPercentage(results) ? $"{heading}, %" : heading;
        return new(heading, title, subjects, FromInputToOutput([.. results.Select(r => r.Layer).Distinct()]), results);
    }

    /// <summary>The numbers of a layer, one per subject, the best of them marked.</summary>
    public IReadOnlyList<Cell?> Cells(string layer)
    {
        return Cell.Marked([.. Subjects.Select(Of)]);

        Cell? Of(string subject) =>
            Results.FirstOrDefault(r => r.Subject == subject && r.Layer == layer) is { } found
                ? new Cell(found.Value, found.Interval)
                : null;
    }

    /// <summary>A line per subject.</summary>
    public LineChart Chart() =>
        new($"{Title}, layer by layer", "layer, from input to output", [.. Subjects.Select(Line)]) { Names = Layers };

    private Series Line(string subject)
    {
        var own = Results.Where(r => r.Subject == subject).ToArray();
        var isBaseline = subject != EvaluatedRun.Trained;
        if (own.Select(r => r.Layer).Distinct().Count() == 1)
        {
            return new Series(subject, [.. Layers.Select((_, i) => new ChartPoint(i, own[0].Value))])
            {
                Dashed = true, // pixels have no layers: a level line
            };
        }

        return new Series(subject, [.. Layers.Select(Point).OfType<ChartPoint>()]) { Dashed = isBaseline, Marked = true };

        ChartPoint? Point(string layer, int place) => own.FirstOrDefault(r => r.Layer == layer) is { } found
            ? new ChartPoint(place, found.Value, isBaseline ? null : found.Interval)
            : null;
    }

    // Evaluators measure the backbone's own output first, which is the last of them.
    private static string[] FromInputToOutput(string[] layers) => layers.Length > 1 ? [.. layers[1..], layers[0]] : layers;
}
