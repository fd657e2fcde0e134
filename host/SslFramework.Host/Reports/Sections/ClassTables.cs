using System.Globalization;
using SslFramework.Host.Comparison;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What evaluators measured of each class: details by the names <c>METRIC of CLASS</c>, such as <c>IoU of dog</c>.</summary>
internal static class ClassTables
{
    /// <summary>With more classes, a table has as many of the highest and of the lowest as half of this.</summary>
    public const int MostRows = 24;

    private const string Of = " of ";

    /// <summary>A table per metric, of the layer that was measured first; nothing if no evaluator measures classes.</summary>
    public static IEnumerable<ReportSection> Sections(IReadOnlyList<SubjectResult> results)
    {
        SubjectResult[] measured = [.. results.Where(IsOfClass)];
        string[] subjects = [.. measured.Select(r => r.Subject).Distinct().OrderBy(subject => subject != EvaluatedRun.Trained)];
        var tables = measured
            .GroupBy(r => (r.Evaluator, r.Protocol, Metric: r.Metric[..r.Metric.IndexOf(Of, StringComparison.Ordinal)]))
            .Select(table => (Title: $"{table.Key.Evaluator} {table.Key.Metric}", Rows: Rows([.. table], subjects)))
            .ToArray();
        if (tables.Length > 0)
        {
            var body = Html.Each(tables, table => Html.Of($"<h3>{table.Title}</h3>{Html.Table(
                subjects.Prepend("class"), table.Rows.Select(row => row.Select(Html.Escaped)))}"));
            yield return new ReportSection(
                "Class by class",
                body,
                string.Join("\n", tables.Select(table =>
                    $"{MarkdownText.Escaped(table.Title)}\n\n{MarkdownText.Table([.. subjects.Prepend("class")], table.Rows)}")));
        }
    }

    private static bool IsOfClass(SubjectResult result) =>
        result.Kind == MeasurementKind.Detail && result.Metric.IndexOf(Of, StringComparison.Ordinal) > 0
        && !result.Metric.EndsWith(" deviation", StringComparison.Ordinal); // of draws

    /// <summary>The classes from the highest value of the first subject to the lowest.</summary>
    private static List<string[]> Rows(SubjectResult[] results, string[] subjects)
    {
        var values = results.GroupBy(r => r.Subject).ToDictionary(
            own => own.Key,
            own => own.Where(r => r.Layer == own.First().Layer).DistinctBy(r => r.Metric).ToDictionary(r => r.Metric, r => r.Value));
        List<string[]> rows = [.. results.Select(r => r.Metric).Distinct()
            .OrderByDescending(metric => ValueOf(subjects[0], metric) ?? double.NegativeInfinity)
            .Select(metric => (string[])
            [
                metric[(metric.IndexOf(Of, StringComparison.Ordinal) + Of.Length)..],
                .. subjects.Select(subject => ValueOf(subject, metric)?.ToString("F1", CultureInfo.InvariantCulture) ?? ""),
            ])];
        if (rows.Count <= MostRows)
        {
            return rows;
        }

        string[] left = [$"… {rows.Count - MostRows} classes between", .. subjects.Select(_ => "")];
        return [.. rows[..(MostRows / 2)], left, .. rows[^(MostRows / 2)..]];

        double? ValueOf(string subject, string metric) =>
            values.TryGetValue(subject, out var own) && own.TryGetValue(metric, out var value) ? value : null;
    }
}
