using SslFramework.Host.Comparison;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What evaluators measured: tables and a chart of every layer, beside what a method must beat.</summary>
internal static class ResultSections
{
    private const string Title = "What it learned";

    public static ReportSection Evaluation(RunRecord run)
    {
        if (run.Results.Count == 0)
        {
            return ReportSection.Missing(
                Title, $"Nothing was measured yet. 'ssl train' measures at the end what \"evaluation\" of the experiment names; of a run that has ended, "
                + $"ssl evaluate {run.Folder} --with host/experiments/evaluations/protocols.json does.");
        }

        var measures = Measure.MainOf(run.Results);
        var (headings, _) = Measure.Headings(measures, new Dictionary<string, System.Text.Json.Nodes.JsonNode>());
        string[] subjects = [.. run.Results.Select(r => r.Subject).Distinct()];
        var charts = new List<Html>();
        var rows = new List<(string[] Cells, bool[] Best)>();
        foreach (var (measure, heading) in measures.Zip(headings))
        {
            var results = run.Results.Where(measure.Covers).ToArray();
            string[] layers = FromInputToOutput([.. results.Select(r => r.Layer).Distinct()]);
            if (layers.Length > 1)
            {
                charts.Add(ByLayer(heading, layers, subjects, results).Draw());
            }

            foreach (var layer in layers)
            {
                var cells = Cell.Marked([.. subjects.Select(subject => results.FirstOrDefault(r => r.Subject == subject && r.Layer == layer) is { } r ? new Cell(r.Value, r.Interval) : null)]);
                rows.Add(([heading, layer, .. cells.Select(cell => cell is null ? "" : Text(cell))], [false, false, .. cells.Select(cell => cell?.Best == true)]));
            }
        }

        string[] columns = ["measure", "layer", .. subjects];
        var note = Measure.IsPercentage(run.Results)
            ? "Percent, with the 95 % interval that so few test images leave. ≈: within the interval of the best."
            : "Measured without labels. Effective rank: in how many directions features differ; near 1 they have collapsed.";
        return new ReportSection(
            Title,
            Html.Of($"""
                <div class="charts">{Html.Join(charts)}</div>
                {Html.Table(columns, rows.Select(row => row.Cells.Select((cell, i) => row.Best[i] ? Html.Of($"<b>{cell}</b>") : Html.Escaped(cell))))}
                <p class="note">{note}</p>
                """),
            $"{MarkdownText.Table(columns, rows.Select(row => row.Cells))}\n{note}\n");
    }

    private static LineChart ByLayer(string title, string[] layers, string[] subjects, SubjectResult[] results) =>
        new($"{title}, layer by layer", "layer, from input to output", [.. subjects.Select(subject => Line(subject, layers, results))])
        {
            Names = layers,
        };

    private static Series Line(string subject, string[] layers, SubjectResult[] results)
    {
        var own = results.Where(r => r.Subject == subject).ToArray();
        var baseline = subject != EvaluatedRun.Trained;
        if (own.Length == 1)
        {
            return new Series(subject, [.. layers.Select((_, i) => new ChartPoint(i, own[0].Value))]) { Dashed = true }; // pixels have no layers: a level line
        }

        return new Series(
            subject,
            [.. layers.Select((layer, i) => own.FirstOrDefault(r => r.Layer == layer) is { } r ? new ChartPoint(i, r.Value, baseline ? null : r.Interval) : null).OfType<ChartPoint>()])
        {
            Dashed = baseline,
            Marked = true,
        };
    }

    // Evaluators measure the backbone's own output first, which is the last of them.
    private static string[] FromInputToOutput(string[] layers) => layers.Length > 1 ? [.. layers[1..], layers[0]] : layers;

    private static string Text(Cell cell) => (cell with { WithSpread = true }).Text;
}
