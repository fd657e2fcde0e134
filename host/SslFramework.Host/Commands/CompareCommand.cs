using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SslFramework.Host.Evaluation;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl compare RUN…</c>: finished runs side by side, as a Markdown table.</summary>
internal static class CompareCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string[] Subjects = ["trained", "random-init", "raw-pixels"];

    public static Command Define()
    {
        var runs = new Argument<string[]>("run") { Description = "Run folders, such as runs/*", Arity = ArgumentArity.OneOrMore };
        var trace = SharedOptions.Trace();
        var command = new Command("compare", "Put finished runs side by side: the best layer of each evaluator, beside random weights and raw pixels.") { runs, trace };
        command.SetAction(parsed => SslCommand.Guarded(() => Compare(parsed.GetValue(runs)!), parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Compare(string[] folders)
    {
        var runs = folders.Select(Read).ToArray();
        var measures = runs.SelectMany(run => run.Results).Where(IsTop1).Select(Measure).Distinct().ToArray();
        Row(["run", "training", .. measures.SelectMany(m => new[] { m, "random", "pixels" })]);
        Row([.. Enumerable.Repeat("---", 2 + (3 * measures.Length))]);
        foreach (var run in runs)
        {
            Row([run.Name, $"{run.Seconds.ToString("F0", CultureInfo.InvariantCulture)} s", .. measures.SelectMany(m => Subjects.Select(s => Best(run.Results, m, s)))]);
        }

        return ExitCode.Success;
    }

    private static (string Name, double Seconds, SubjectResult[] Results) Read(string folder)
    {
        try
        {
            var status = JsonSerializer.Deserialize<RunStatus>(File.ReadAllBytes(Path.Combine(folder, "run.json")), Json)!;
            var evaluation = JsonSerializer.Deserialize<EvaluationFile>(File.ReadAllBytes(Path.Combine(folder, "evaluation.json")), Json)!;
            return (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), status.TrainingSeconds, evaluation.Results);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ExperimentException(ExitCode.Data, $"{folder} is not the folder of a run that was evaluated ({e.Message}); train it to the end first.", e);
        }
    }

    /// <summary>The best layer, and which: pretext tasks peak before the last one.</summary>
    private static string Best(SubjectResult[] results, string measure, string subject)
    {
        var rows = results.Where(r => IsTop1(r) && Measure(r) == measure && r.Subject == subject).ToArray();
        if (rows.Length == 0)
        {
            return "";
        }

        var best = rows.MaxBy(r => r.Value)!;
        var value = best.Value.ToString("F1", CultureInfo.InvariantCulture);
        return rows.Length == 1 ? value : $"{value} ({best.Layer})";
    }

    private static bool IsTop1(SubjectResult result) => result.Metric.StartsWith("top-1", StringComparison.Ordinal);

    private static string Measure(SubjectResult result) => $"{result.Evaluator} {result.Metric}";

    private static void Row(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    private sealed record EvaluationFile(SubjectResult[] Results);
}
