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
                + $"of a run that has ended, ssl evaluate {run.Folder} --with MY_EVALUATION.json does.");
        }

        string[] subjects = [.. run.Results.Select(r => r.Subject).Distinct()];
        MeasureTable[] tables = [.. MeasureTable.Of(run.Results, subjects)];
        string[] signs = Measure.IsPercentage(run.Results) ? [Signs] : [];
        string[] notes = [.. signs, .. ResultNotes.Of(run.Results)];
        var charts = Html.Each(tables.Where(table => table.Layers.Length > 1), table => ByLayer(table, subjects).Draw());
        var drawn = charts == Html.None ? Html.None : Html.Of($"<div class=\"charts\">{charts}</div>");
        var headings = Html.Headings(subjects.Prepend("layer"));
        var bodies = Html.Each(tables, table => table.Body());
        return new ReportSection(
            Title,
            Html.Of($"""
                <div class="results">{drawn}
                <div class="wide"><table class="numbers"><thead>{headings}</thead>{bodies}</table></div></div>
                {Html.Each(notes, Html.Note)}
                """),
            MarkdownText.Table(["measure", "layer", .. subjects], tables.SelectMany(table => table.Rows()))
                + string.Concat(notes.Select(note => $"\n{MarkdownText.Escaped(note)}\n")));
    }

    /// <summary>What evaluators drew; nothing if none did.</summary>
    public static IEnumerable<ReportSection> Figures(RunRecord run)
    {
        if (run.Figures.Count > 0)
        {
            var figures = Html.Each(run.Figures, figure =>
            {
                var (what, content) = ($"{figure.Evaluator}, {figure.Subject}", Convert.ToBase64String(figure.Picture));
                return Html.Of($"""
                    <figure><figcaption>{what}</figcaption>
                    <img class="sheet" alt="{figure.Title}" src="data:image/png;base64,{content}"></figure>
                    """);
            });
            yield return new ReportSection("What evaluators saw", Html.Of($"<div class=\"charts large\">{figures}</div>"), "");
        }
    }

    /// <summary>The curves of evaluators, those of baselines dashed; nothing if there are none.</summary>
    public static IEnumerable<ReportSection> Curves(RunRecord run)
    {
        if (run.Charts.Count > 0)
        {
            var charts = Html.Each(run.Charts.GroupBy(chart => (chart.Evaluator, chart.Title)), same => Curves([.. same]).Draw());
            yield return new ReportSection("Curves that evaluators measured", Html.Of($"<div class=\"charts\">{charts}</div>"), "");
        }
    }

    private static LineChart Curves(SubjectChart[] same)
    {
        var lines = same.OrderBy(chart => chart.Subject != EvaluatedRun.Trained).SelectMany(chart => chart.Lines.Select((line, place) =>
            new Series($"{chart.Subject}, {line.Name}", [.. line.Points.Select(point => new ChartPoint(point[0], point[1]))])
            {
                Dashed = chart.Subject != EvaluatedRun.Trained,
                Color = place,
            }));
        return new($"{same[0].Evaluator}: {same[0].Title}", same[0].Across, [.. lines])
        {
            Reach = same[0].Reach is [var low, var high] ? (low, high) : null,
        };
    }

    private static LineChart ByLayer(MeasureTable table, string[] subjects) =>
        new(
            $"{table.Title}, layer by layer",
            "layer, from input to output",
            [.. subjects.Select(subject => Line(subject, table.Layers, table.Results))])
        {
            Names = table.Layers,
        };

    private static Series Line(string subject, string[] layers, SubjectResult[] results)
    {
        var own = results.Where(r => r.Subject == subject).ToArray();
        var baseline = subject != EvaluatedRun.Trained;
        if (own.Select(r => r.Layer).Distinct().Count() == 1)
        {
            var level = layers.Select((_, i) => new ChartPoint(i, own[0].Value)); // pixels have no layers
            return new Series(subject, [.. level]) { Dashed = true };
        }

        return new Series(subject, [.. layers.Select(PointOf).OfType<ChartPoint>()])
        {
            Dashed = baseline,
            Marked = true,
        };

        ChartPoint? PointOf(string layer, int index) =>
            own.FirstOrDefault(r => r.Layer == layer) is { } r ? new ChartPoint(index, r.Value, baseline ? null : r.Interval) : null;
    }
}
