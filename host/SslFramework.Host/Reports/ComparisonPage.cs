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
            {Html.Table([table.Corner, .. table.Columns], table.Rows.Select(Row))}
            {Html.Join(table.Notes.Select(Html.Note))}
            """),
        "");

    private static IEnumerable<Html> Row(ResultRow row) => row.Cells.Select(Number).Prepend(Html.Escaped(row.Name));

    private static Html Number(Cell? cell) => cell is { Best: true } ? Html.Bold(cell.Text) : Html.Escaped(cell?.Text ?? "");

    private static ReportSection Curves(IReadOnlyList<RunRecord> runs)
    {
        var keys = runs.SelectMany(run => run.Metrics.Keys).Distinct();
        return new ReportSection("Curves", Html.Charts(keys.Select(key => Chart(key).Draw())), "");

        LineChart Chart(string key) => new(CurveSections.Named(key), "epoch", [.. runs.Select((run, i) => Curve(run, key, i))]);

        Series Curve(RunRecord run, string key, int color) => new(run.Name, run.Metrics.GetValueOrDefault(key) ?? []) { Color = color };
    }

    private static ReportSection Differences(IReadOnlyList<RunRecord> runs)
    {
        var values = runs.Select(run => ConfigOrigins.Values(run.Experiment).ToDictionary(pair => pair.Key, pair => pair.Value)).ToArray();
        var keys = values.SelectMany(run => run.Keys).Distinct()
            .Where(key => key is not ("name" or "description" or "expected") && Of(key).Distinct().Count() > 1).ToArray();
        var body = keys.Length == 0
            ? Html.Of($"<p>Nothing in the experiments.</p>")
            : Html.Table(["key", .. runs.Select(run => run.Name)], keys.Select(Row));
        return new ReportSection("What differs", body, "");

        IEnumerable<string?> Of(string key) => values.Select(run => run.GetValueOrDefault(key));

        IEnumerable<Html> Row(string key) => Of(key).Select(value => Html.Escaped(Short(value ?? "—"))).Prepend(Html.Key(key));
    }

    private static string Short(string value) => value.Length <= LongestValue ? value : value[..LongestValue] + "…";
}
