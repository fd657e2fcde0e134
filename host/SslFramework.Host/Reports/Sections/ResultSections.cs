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
                + $"ssl evaluate {run.Folder} --with MY_EVALUATION.json does.");
        }

        var measures = Measure.ShownOf(run.Results);
        var (headings, _) = Measure.Headings(measures, new Dictionary<string, System.Text.Json.Nodes.JsonNode?>());
        string[] subjects = [.. run.Results.Select(r => r.Subject).Distinct()];
        var charts = new List<Html>();
        var groups = new List<Html>();
        var rows = new List<string[]>();
        foreach (var (measure, heading) in measures.Zip(headings))
        {
            var results = run.Results.Where(measure.Covers).ToArray();
            var title = Measure.IsPercentage(results) ? $"{heading}, %" : heading;
            var group = new List<Html>();
            string[] layers = FromInputToOutput([.. results.Select(r => r.Layer).Distinct()]);
            if (layers.Length > 1)
            {
                charts.Add(ByLayer(title, layers, subjects, results).Draw());
            }

            foreach (var layer in layers)
            {
                var cells = Cell.Marked([.. subjects.Select(subject => results.FirstOrDefault(r => r.Subject == subject && r.Layer == layer) is { } r ? new Cell(r.Value, r.Interval) : null)]);
                rows.Add([heading, layer, .. cells.Select(cell => cell is null ? "" : Text(cell))]);
                group.Add(Html.Of($"<tr><td>{layer}</td>{Html.Join(cells.Select(cell => cell is null ? Html.Of($"<td></td>") : cell.Best ? Html.Of($"<td><b>{Text(cell)}</b></td>") : Html.Of($"<td>{Text(cell)}</td>")))}</tr>"));
            }

            groups.Add(Html.Of($"<tbody><tr><th scope=\"rowgroup\" colspan=\"{subjects.Length + 1}\">{title}</th></tr>{Html.Join(group)}</tbody>"));
        }

        string[] columns = ["measure", "layer", .. subjects];
        string[] notes =
        [
            .. Measure.IsPercentage(run.Results) ? ["±: the 95 % interval that so few test images leave. ≈: within the interval of the best."] : Array.Empty<string>(),
            .. ResultNotes.Of(run.Results),
        ];
        return new ReportSection(
            Title,
            Html.Of($"""
                <div class="results">{(charts.Count == 0 ? Html.None : Html.Of($"<div class=\"charts\">{Html.Join(charts)}</div>"))}
                <div class="wide"><table class="numbers"><thead><tr>{Html.Join(subjects.Prepend("layer").Select(column => Html.Of($"<th>{column}</th>")))}</tr></thead>{Html.Join(groups)}</table></div></div>
                {Html.Join(notes.Select(note => Html.Of($"<p class=\"note\">{note}</p>")))}
                """),
            $"{MarkdownText.Table(columns, rows)}{string.Concat(notes.Select(note => $"\n{MarkdownText.Escaped(note)}\n"))}");
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
        if (own.Select(r => r.Layer).Distinct().Count() == 1)
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
