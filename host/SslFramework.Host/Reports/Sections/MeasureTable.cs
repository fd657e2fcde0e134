using System.Text.Json.Nodes;
using SslFramework.Host.Comparison;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What one measure says of every layer and subject.</summary>
/// <param name="Heading">The measure.</param>
/// <param name="Results">Its numbers.</param>
/// <param name="Subjects">The columns.</param>
internal sealed record MeasureTable(string Heading, SubjectResult[] Results, string[] Subjects)
{
    /// <summary>The measure with its unit.</summary>
    public string Title => Measure.IsPercentage(Results) ? $"{Heading}, %" : Heading;

    /// <summary>The rows, from input to output.</summary>
    public string[] Layers { get; } = FromInputToOutput([.. Results.Select(r => r.Layer).Distinct()]);

    /// <summary>A table per measure that a report shows.</summary>
    public static IEnumerable<MeasureTable> Of(IReadOnlyList<SubjectResult> results, string[] subjects)
    {
        var measures = Measure.ShownOf(results);
        var (headings, _) = Measure.Headings(measures, new Dictionary<string, JsonNode?>());
        return measures.Zip(headings, (measure, heading) => new MeasureTable(heading, [.. results.Where(measure.Covers)], subjects));
    }

    /// <summary>A part of a table, for report.html.</summary>
    public Html Body()
    {
        var rows = Html.Each(Layers, layer => Html.Row(Html.Of($"{Html.Cell(Html.Escaped(layer))}{Html.Each(Cells(layer), Shown)}")));
        return Html.Of($"<tbody><tr><th scope=\"rowgroup\" colspan=\"{Subjects.Length + 1}\">{Title}</th></tr>{rows}</tbody>");
    }

    /// <summary>The same rows, for report.md.</summary>
    public IEnumerable<string[]> Rows() =>
        Layers.Select(layer => (string[])[Heading, layer, .. Cells(layer).Select(cell => cell is null ? "" : Text(cell))]);

    private IReadOnlyList<Cell?> Cells(string layer) => Cell.Marked([.. Subjects.Select(subject => CellOf(subject, layer))]);

    private Cell? CellOf(string subject, string layer) =>
        Results.FirstOrDefault(r => r.Subject == subject && r.Layer == layer) is { } r ? new Cell(r.Value, r.Interval) : null;

    private static Html Shown(Cell? cell) => Html.Cell(
        cell is null ? Html.None : cell.Best ? Html.Of($"<b>{Text(cell)}</b>") : Html.Escaped(Text(cell)));

    // Evaluators measure the backbone's own output first, which is the last of them.
    private static string[] FromInputToOutput(string[] layers) => layers.Length > 1 ? [.. layers[1..], layers[0]] : layers;

    private static string Text(Cell cell) => (cell with { WithSpread = true }).Text;
}
