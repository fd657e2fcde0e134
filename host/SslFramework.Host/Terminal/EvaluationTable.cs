using Spectre.Console;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Terminal;

/// <summary>The evaluation as a table on stdout: a row for each layer's main numbers, a column a subject; no wider than 80 letters for the shipped experiments.</summary>
public static class EvaluationTable
{
    public static void Print(IReadOnlyList<SubjectResult> results)
    {
        var subjects = results.Select(r => r.Subject).Distinct().ToArray();
        var table = new Table().Border(TableBorder.Rounded).AddColumns(new TableColumn("measure").NoWrap(), new TableColumn("layer").NoWrap());
        foreach (var subject in subjects)
        {
            table.AddColumn(new TableColumn(subjects.Length > 3 ? subject.Replace("-", "-\n", StringComparison.Ordinal) : subject).RightAligned());
        }

        // Further numbers (top-5, the rate that was chosen) are in evaluation.json.
        var main = results.GroupBy(r => (r.Evaluator, r.Layer)).Select(layer => Kind(layer.First())).ToHashSet();
        foreach (var row in results.Where(r => main.Contains(Kind(r))).GroupBy(r => (r.Evaluator, r.Layer, r.Metric)))
        {
            var values = subjects.Select(subject => row.FirstOrDefault(r => r.Subject == subject)?.Value is { } value ? $"{value:F2}" : "");
            table.AddRow([.. new[] { $"{row.Key.Evaluator} {row.Key.Metric}", row.Key.Layer }.Concat(values).Select(Markup.Escape)]);
        }

        ResultConsole.Open().Write(table);
    }

    /// <summary><c>top-1</c> of <c>top-1 (k=20)</c>.</summary>
    private static string Kind(SubjectResult result) => result.Metric.Split(' ')[0];
}
