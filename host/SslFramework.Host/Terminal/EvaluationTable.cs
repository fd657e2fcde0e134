using SslFramework.Core.Evaluation;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Terminal;

/// <summary>The evaluation as a table on stdout: a row for each layer's main numbers, from input to output, and a column a subject.</summary>
public static class EvaluationTable
{
    public static void Print(IReadOnlyList<SubjectResult> results)
    {
        string[] subjects = [.. results.Select(r => r.Subject).Distinct()];
        var table = new FittedTable(["measure", "layer"], subjects);

        // Further numbers (top-5, the rate that was chosen) are in evaluation.json.
        var main = results.GroupBy(r => (r.Evaluator, r.Layer)).Select(layer => Kind(layer.First())).ToHashSet();
        var rows = results.Where(r => main.Contains(Kind(r))).GroupBy(r => (r.Evaluator, r.Layer, r.Metric));

        foreach (var row in FromInputToOutput(rows, row => row.Key.Evaluator, row => row.Key.Layer))
        {
            var values = subjects.Select(subject => row.FirstOrDefault(r => r.Subject == subject)?.Value is { } value ? $"{value:F2}" : "");
            table.AddRow([$"{row.Key.Evaluator} {row.Key.Metric}", row.Key.Layer, .. values]);
        }

        table.Print();
    }

    /// <summary>Evaluators measure the backbone's own output first, which is the last of the layers.</summary>
    public static IEnumerable<T> FromInputToOutput<T>(IEnumerable<T> rows, Func<T, string> evaluator, Func<T, string> layer) =>
        rows.GroupBy(evaluator).SelectMany(group => group.OrderBy(row => layer(row) == FeatureExtraction.LastLayer));

    /// <summary><c>top-1</c> of <c>top-1 (k=20)</c>.</summary>
    private static string Kind(SubjectResult result) => result.Metric.Split(' ')[0];
}
