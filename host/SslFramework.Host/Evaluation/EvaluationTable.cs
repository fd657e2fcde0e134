using SslFramework.Core.Evaluation.Features;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Evaluation;

/// <summary>
/// The evaluation as a table on stdout: a row for each layer's numbers, from input to output, a column for each subject, and what must be
/// said of them.
/// </summary>
internal static class EvaluationTable
{
    public static void Print(IReadOnlyList<SubjectResult> results)
    {
        string[] subjects = [.. results.Select(r => r.Subject).Distinct()];
        var table = new FittedTable(["measure", "layer"], subjects);

        // How numbers came about, such as the rate that was chosen, is in evaluation.json.
        var rows = results.Where(r => r.Kind != MeasurementKind.Detail).GroupBy(r => (r.Evaluator, r.Layer, r.Metric));

        foreach (var row in FromInputToOutput(rows, row => row.Key.Evaluator, row => row.Key.Layer))
        {
            var values = subjects.Select(subject => row.FirstOrDefault(r => r.Subject == subject)?.Value is { } value ? $"{value:F2}" : "");
            table.AddRow([$"{row.Key.Evaluator} {row.Key.Metric}", row.Key.Layer, .. values]);
        }

        table.Print();
        foreach (var note in ResultNotes.Of(results))
        {
            ResultConsole.WriteLine(note);
        }
    }

    /// <summary>Evaluators measure the backbone's own output first, which is the last of the layers.</summary>
    public static IEnumerable<T> FromInputToOutput<T>(IEnumerable<T> rows, Func<T, string> evaluator, Func<T, string> layer) =>
        rows.GroupBy(evaluator).SelectMany(group => group.OrderBy(row => layer(row) == FeatureExtraction.LastLayer));
}
