using SslFramework.Engine.Training;
using SslFramework.Host.Configuration;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What ran, with what, what happened to it, and what to do next.</summary>
internal static class RunSections
{
    private const int Most = 5; // sentences of a kind
    private const string NoOrigins = "Where they come from is known of runs that 'ssl train' started with this version.";

    public static ReportSection Warnings(RunRecord run)
    {
        var incidents = run.Incidents.GroupBy(incident => incident.Kind).SelectMany(OfAKind);
        string[] all = [.. Ending(run.Status), .. incidents, .. BadImages(run.BadImages)];
        return all.Length == 0
            ? new ReportSection(
                "Warnings", Html.Of($"<p>None: no step was skipped, no loss was out of the usual, no image was unusable.</p>"), "None.\n")
            : new ReportSection(
                "Warnings", Html.List("warnings", all), string.Concat(all.Select(line => $"* {MarkdownText.Escaped(line)}\n")));
    }

    public static ReportSection Configuration(RunRecord run)
    {
        var values = ConfigOrigins.Values(run.Experiment).Where(pair => pair.Value.Length > 0)
            .Select(pair => (pair.Key, pair.Value, Origin: ConfigOrigins.At(run.Origins, pair.Key))).ToArray();
        if (run.Origins.Count == 0)
        {
            return new ReportSection(
                "Configuration",
                Html.Of($"<details><summary>All {values.Length} values</summary>{Table(values)}</details>{Html.Note(NoOrigins)}"),
                Markdown(values));
        }

        var (given, defaults) = (values.Where(v => v.Origin != "default").ToArray(), values.Where(v => v.Origin == "default").ToArray());
        return new ReportSection(
            "Configuration",
            Html.Of($"""
                <details open><summary>{given.Length} values from the file and the command line</summary>{Table(given)}</details>
                <details><summary>{defaults.Length} defaults</summary>{Table(defaults)}</details>
                """),
            Markdown(values));

        static Html Table(IEnumerable<(string Key, string Value, string Origin)> rows) => Html.Table(
            ["key", "value", "from"],
            rows.Select(row => new[] { Html.Key(row.Key), Html.Escaped(row.Value), Origin(row.Origin) }));

        static Html Origin(string origin) =>
            origin.StartsWith("--set", StringComparison.Ordinal) ? Html.Of($"<b>--set</b>") : Html.Escaped(origin);

        static string Markdown(IEnumerable<(string Key, string Value, string Origin)> rows) =>
            MarkdownText.Table(["key", "value", "from"], rows.Select(row => (string[])[row.Key, row.Value, row.Origin]));
    }

    public static ReportSection Environment(RunRecord run)
    {
        (string, string)[] rows = [("seed", $"{run.Status.Seed}"), .. run.Status.Environment.Select(pair => (pair.Key, pair.Value))];
        return new ReportSection(
            "Versions and machine",
            Html.Table(["what", "value"], rows.Select(row => new[] { Html.Escaped(row.Item1), Html.Escaped(row.Item2) })),
            MarkdownText.Table(["what", "value"], rows.Select(row => (string[])[row.Item1, row.Item2])));
    }

    public static ReportSection Journal(RunRecord run) => run.Journal.Count == 0
        ? ReportSection.Missing("Journal", "journal.md is empty; 'ssl train' writes a line for each start and end.")
        : new ReportSection(
            "Journal",
            Html.List("journal", run.Journal.TakeLast(30)),
            string.Concat(run.Journal.TakeLast(30).Select(line => $"* {MarkdownText.Escaped(line)}\n")));

    public static ReportSection Next(RunRecord run)
    {
        (string Command, string Why)[] commands = [.. NextCommands(run)];
        return new ReportSection(
            "What to try next",
            Html.Table(["command", "to"], commands.Select(c => new[] { Html.Of($"<code>{c.Command}</code>"), Html.Escaped(c.Why) })),
            string.Concat(commands.Select(c => $"* {MarkdownText.Escaped(c.Why)}:\n\n      {c.Command.ReplaceLineEndings(" ")}\n\n")));
    }

    private static IEnumerable<(string Command, string Why)> NextCommands(RunRecord run)
    {
        var folder = Shell(run.Folder);
        if (run.Status.Status is not RunStatus.Completed)
        {
            var runs = Shell(Path.GetDirectoryName(Path.GetFullPath(run.Folder))!);
            var caution = run.Status.Status is "running" ? ", if the run was killed; one that is at work is not disturbed" : "";
            yield return ($"ssl train {folder}/{RunFiles.Experiment} --runs {runs}", $"go on from the last checkpoint{caution}");
        }

        yield return ($"ssl report {folder}", "write this report again, from what there is now");
        if (run.Status.Status is not RunStatus.Completed)
        {
            yield break;
        }

        yield return ($"ssl preview {folder} --count 20 --output pictures", "see more views, and what the method makes of them");
        yield return ($"ssl embed {folder} --data MY_IMAGES --output features.npy", "get a feature vector of every image");
        yield return ($"ssl export {folder}", "get the backbone for PyTorch, C# and ONNX, with a model card");
        yield return (
            $"ssl evaluate {folder} --with MY_EVALUATION.json",
            "measure it in other ways, or on other labeled images; the file looks like \"evaluation\" of an experiment");
        yield return ($"ssl compare {folder} OTHER_RUN --html compare.html", "put it beside another run");
        yield return ($"tensorboard --logdir {folder}", "look at the curves in TensorBoard");
    }

    private static IEnumerable<string> Ending(RunStatus status) => status switch
    {
        { Status: "failed", Reason: { } reason } => [$"The run failed: {reason}"],
        { Status: "interrupted", Reason: { } reason } => [$"The run was interrupted: {reason}. The same 'ssl train' command goes on."],
        _ => [],
    };

    private static IEnumerable<string> OfAKind(IGrouping<string, Incident> kind)
    {
        foreach (var incident in kind.Take(Most))
        {
            var namesItsStep = incident.Sentence.Contains($"step {incident.Step}", StringComparison.Ordinal);
            yield return namesItsStep ? incident.Sentence : $"Step {incident.Step}: {incident.Sentence}";
        }

        if (kind.Count() > Most)
        {
            yield return $"{kind.Count() - Most} more of the kind \"{kind.Key}\" are in incidents.jsonl.";
        }
    }

    private static IEnumerable<string> BadImages(IReadOnlyList<string> reasons)
    {
        foreach (var reason in reasons.Take(Most))
        {
            yield return $"An image cannot be used: {reason}";
        }

        if (reasons.Count > Most)
        {
            yield return $"{reasons.Count - Most} more such images are in data-report.json.";
        }
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal);

    private static string Shell(string path) => path.All(IsPlain) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
