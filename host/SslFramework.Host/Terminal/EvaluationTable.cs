using Spectre.Console;
using SslFramework.Host.Evaluation;

namespace SslFramework.Host.Terminal;

/// <summary>The evaluation as a table on stdout: a row a number, a column a subject.</summary>
public static class EvaluationTable
{
    public static void Print(IReadOnlyList<SubjectResult> results)
    {
        var subjects = results.Select(r => r.Subject).Distinct().ToArray();
        var table = new Table().Border(TableBorder.Rounded).AddColumns("evaluator", "layer", "metric");
        foreach (var subject in subjects)
        {
            table.AddColumn(new TableColumn(subject).RightAligned());
        }

        foreach (var row in results.GroupBy(r => (r.Evaluator, r.Layer, r.Metric)))
        {
            var values = subjects.Select(subject => row.FirstOrDefault(r => r.Subject == subject)?.Value is { } value ? $"{value:F2}" : "");
            table.AddRow([.. new[] { row.Key.Evaluator, row.Key.Layer, row.Key.Metric }.Concat(values).Select(Markup.Escape)]);
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) }).Write(table);
    }
}
