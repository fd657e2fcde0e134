using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Reports.Sections;

namespace SslFramework.Host.Reports;

/// <summary>Runs side by side as one HTML file: the tables of <c>ssl compare</c>, curves one over the other, and what differs.</summary>
internal static class ComparisonPage
{
    private const int LongestValue = 60;

    /// <summary>Writes the page.</summary>
    /// <exception cref="ExperimentException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ResultTable> tables, IReadOnlyList<RunRecord> runs)
    {
        ReportSection[] sections = [.. tables.Select(Section), Curves(runs), Differences(runs)];
        new ReportPage("Comparison", "", Html.Of($"<p>{string.Join(", ", runs.Select(run => run.Name))}</p>"), sections).Save(path);
    }

    private static ReportSection Section(ResultTable table) => new(
        table.Title,
        Html.Of($"""
            {Html.Table([table.Corner, .. table.Columns], table.Rows.Select(Drawn))}
            {Html.Join(table.Notes.Select(note => Html.Of($"<p class=\"note\">{note}</p>")))}
            """),
        "");

    private static IEnumerable<Html> Drawn(ResultRow row) => row.Cells.Select(Drawn).Prepend(Html.Escaped(row.Name));

    private static Html Drawn(Cell? cell) =>
        cell is { Best: true } ? Html.Of($"<b>{cell.Text}</b>") : Html.Escaped(cell?.Text ?? "");

    private static ReportSection Curves(IReadOnlyList<RunRecord> runs)
    {
        var charts = runs.SelectMany(run => run.Metrics.Keys).Distinct()
            .Select(key => new LineChart(CurveSections.Named(key), "epoch", [.. runs.Select((run, i) => Line(run, i, key))]));
        return new ReportSection("Curves", Html.Of($"""<div class="charts">{Html.Join(charts.Select(chart => chart.Draw()))}</div>"""), "");
    }

    private static Series Line(RunRecord run, int color, string key) =>
        new(run.Name, run.Metrics.GetValueOrDefault(key) ?? []) { Color = color };

    private static ReportSection Differences(IReadOnlyList<RunRecord> runs)
    {
        var values = runs.Select(run => ConfigOrigins.Values(run.Experiment).ToDictionary(pair => pair.Key, pair => pair.Value)).ToArray();
        var keys = values.SelectMany(run => run.Keys).Distinct()
            .Where(key => key is not ("name" or "description" or "expected")
                && values.Select(run => run.GetValueOrDefault(key)).Distinct().Count() > 1)
            .ToArray();
        return keys.Length == 0
            ? new ReportSection("What differs", Html.Of($"<p>Nothing in the experiments.</p>"), "")
            : new ReportSection(
                "What differs",
                Html.Table(
                    ["key", .. runs.Select(run => run.Name)],
                    keys.Select(key =>
                        values.Select(run => Html.Escaped(Short(run.GetValueOrDefault(key) ?? "—"))).Prepend(Html.Key(key)))),
                "");
    }

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";
}
