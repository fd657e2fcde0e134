using System.Text.Json.Nodes;
using SslFramework.Host.Comparison;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What evaluators measured: tables and a chart of every layer, beside what a method must beat.</summary>
internal static class ResultSections
{
    private const string Title = "What it learned";
    private const string Signs = "±: the 95 % interval that so few test images leave. ≈: within the interval of the best.";

    public static ReportSection Evaluation(RunRecord run)
    {
        if (run.Results.Count == 0)
        {
            return ReportSection.Missing(
                Title,
                "Nothing was measured yet. 'ssl train' measures at the end what \"evaluation\" of the experiment names; "
                + "of a run that has ended, "
                + $"ssl evaluate {run.Folder} --with MY_EVALUATION.json does.");
        }

        string[] subjects = [.. run.Results.Select(r => r.Subject).Distinct()];
        var measures = Measure.ShownOf(run.Results);
        var (headings, _) = Measure.Headings(measures, new Dictionary<string, JsonNode?>());
        MeasuredLayers[] measured =
        [
            .. measures.Zip(headings, (measure, heading) =>
                MeasuredLayers.Of(heading, subjects, [.. run.Results.Where(measure.Covers)])),
        ];
        string[] notes =
        [
            .. Measure.IsPercentage(run.Results) ? [Signs] : Array.Empty<string>(),
            .. ResultNotes.Of(run.Results),
        ];
        Html[] charts = [.. measured.Where(measure => measure.Layers.Count > 1).Select(measure => measure.Chart().Draw())];
        return new ReportSection(
            Title,
            Html.Of($"""
                <div class="results">{(charts.Length == 0 ? Html.None : Html.Charts(charts))}
                <div class="wide"><table class="numbers"><thead>{Html.Headings(subjects.Prepend("layer"))}</thead>{Html.Join(measured.Select(Group))}</table></div></div>
                {Html.Join(notes.Select(Html.Note))}
                """),
            MarkdownText.Table(["measure", "layer", .. subjects], measured.SelectMany(MarkdownRows))
                + string.Concat(notes.Select(note => $"\n{MarkdownText.Escaped(note)}\n")));
    }

    private static Html Group(MeasuredLayers measure)
    {
        var rows = measure.Layers.Select(layer => Html.Row(measure.Cells(layer).Select(Number).Prepend(Html.Escaped(layer))));
        var columns = measure.Subjects.Count + 1;
        return Html.Of($"<tbody><tr><th scope=\"rowgroup\" colspan=\"{columns}\">{measure.Title}</th></tr>{Html.Join(rows)}</tbody>");
    }

    private static IEnumerable<string[]> MarkdownRows(MeasuredLayers measure) => measure.Layers.Select(layer =>
        (string[])[measure.Heading, layer, .. measure.Cells(layer).Select(cell => cell is null ? "" : Text(cell))]);

    private static Html Number(Cell? cell) =>
        cell is null ? Html.None : cell.Best ? Html.Bold(Text(cell)) : Html.Escaped(Text(cell));

    private static string Text(Cell cell) => (cell with { WithSpread = true }).Text;
}
