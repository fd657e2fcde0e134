using SslFramework.Core.Training;
using SslFramework.Host.Configuration;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What ran, with what, what happened to it, and what to do next.</summary>
internal static class RunSections
{
    private const string OriginsUnknown = "Where they come from is known of runs that 'ssl train' started with this version.";
    private const int ShownOfAKind = 5;
    private const int ShownEntries = 30;
    private static readonly string[] ValueHeadings = ["key", "value", "from"];

    public static ReportSection Warnings(RunRecord run)
    {
        string[] all =
        [
            .. run.Status is { Status: "failed", Reason: { } reason } ? [$"The run failed: {reason}"] : Array.Empty<string>(),
            .. run.Status is { Status: "interrupted", Reason: { } why }
                ? [$"The run was interrupted: {why}. The same 'ssl train' command goes on."] : Array.Empty<string>(),
            .. run.Incidents.GroupBy(incident => incident.Kind).SelectMany(Sentences),
            .. run.BadImages.Take(ShownOfAKind).Select(bad => $"An image cannot be used: {bad}"),
            .. run.BadImages.Count > ShownOfAKind
                ? [$"{run.BadImages.Count - ShownOfAKind} more such images are in data-report.json."] : Array.Empty<string>(),
        ];
        return all.Length == 0
            ? new ReportSection(
                "Warnings",
                Html.Of($"<p>None: no step was skipped, no loss was out of the usual, no image was unusable.</p>"),
                "None.\n")
            : new ReportSection(
                "Warnings",
                Html.List("warnings", all),
                string.Concat(all.Select(line => $"* {MarkdownText.Escaped(line)}\n")));
    }

    private static IEnumerable<string> Sentences(IGrouping<string, Incident> kind)
    {
        var shown = kind.Take(ShownOfAKind).Select(Sentence);
        var more = kind.Count() - ShownOfAKind;
        return more > 0 ? shown.Append($"{more} more of the kind \"{kind.Key}\" are in incidents.jsonl.") : shown;
    }

    private static string Sentence(Incident incident) => incident.Sentence.Contains($"step {incident.Step}", StringComparison.Ordinal)
        ? incident.Sentence
        : $"Step {incident.Step}: {incident.Sentence}";

    public static ReportSection Configuration(RunRecord run)
    {
        SetValue[] values =
        [
            .. ConfigOrigins.Values(run.Experiment).Where(pair => pair.Value.Length > 0)
                .Select(pair => new SetValue(pair.Key, pair.Value, ConfigOrigins.At(run.Origins, pair.Key))),
        ];
        var body = run.Origins.Count == 0 ? WithoutOrigins(values) : ByOrigin(values);
        var rows = values.Select(value => (string[])[value.Key, value.Value, value.Origin]);
        return new ReportSection("Configuration", body, MarkdownText.Table(ValueHeadings, rows));
    }

    private static Html WithoutOrigins(SetValue[] values) => Html.Of($"""
        <details><summary>All {values.Length} values</summary>{Table(values)}</details>{Html.Note(OriginsUnknown)}
        """);

    private static Html ByOrigin(SetValue[] values)
    {
        SetValue[] given = [.. values.Where(value => !value.IsDefault)];
        SetValue[] defaults = [.. values.Where(value => value.IsDefault)];
        return Html.Of($"""
            <details open><summary>{given.Length} values from the file and the command line</summary>{Table(given)}</details>
            <details><summary>{defaults.Length} defaults</summary>{Table(defaults)}</details>
            """);
    }

    private static Html Table(IEnumerable<SetValue> values) => Html.Table(
        ValueHeadings, values.Select(value => new[] { Html.Key(value.Key), Html.Escaped(value.Value), value.DrawOrigin() }));

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
            Html.List("journal", run.Journal.TakeLast(ShownEntries)),
            string.Concat(run.Journal.TakeLast(ShownEntries).Select(line => $"* {MarkdownText.Escaped(line)}\n")));

    public static ReportSection Next(RunRecord run)
    {
        var folder = Shell(run.Folder);
        var report = ($"ssl report {folder}", "write this report again, from what there is now");
        (string Command, string Why)[] commands =
            run.Status.Status is "completed" ? [report, .. AfterTheEnd(folder)] : [(Train(run), WhyTrain(run)), report];
        return new ReportSection(
            "What to try next",
            Html.Table(["command", "to"], commands.Select(c => new[] { Html.Of($"<code>{c.Command}</code>"), Html.Escaped(c.Why) })),
            string.Concat(commands.Select(c => $"* {MarkdownText.Escaped(c.Why)}:\n\n      {c.Command.ReplaceLineEndings(" ")}\n\n")));
    }

    private static string Train(RunRecord run)
    {
        var runs = Path.GetDirectoryName(Path.GetFullPath(run.Folder))!;
        return $"ssl train {Shell(run.Folder)}/experiment.json --runs {Shell(runs)}";
    }

    private static string WhyTrain(RunRecord run) => run.Status.Status is "running"
        ? "go on from the last checkpoint, if the run was killed; one that is at work is not disturbed"
        : "go on from the last checkpoint";

    private static (string Command, string Why)[] AfterTheEnd(string folder) =>
    [
        ($"ssl preview {folder} --count 20 --output pictures", "see more views, and what the method makes of them"),
        ($"ssl embed {folder} --data MY_IMAGES --output features.npy", "get a feature vector of every image"),
        ($"ssl export {folder}", "get the backbone for PyTorch, C# and ONNX, with a model card"),
        ($"ssl evaluate {folder} --with MY_EVALUATION.json",
            "measure it in other ways, or on other labelled images; the file looks like \"evaluation\" of an experiment"),
        ($"ssl compare {folder} OTHER_RUN --html compare.html", "put it beside another run"),
        ($"tensorboard --logdir {folder}", "look at the curves in TensorBoard"),
    ];

    private static string Shell(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal))
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A value of the configuration.</summary>
    /// <param name="Key">As <c>--set</c> takes it.</param>
    /// <param name="Value">What it is.</param>
    /// <param name="Origin">What set it.</param>
    private sealed record SetValue(string Key, string Value, string Origin)
    {
        public bool IsDefault => Origin == "default";

        public Html DrawOrigin() =>
            Origin.StartsWith("--set", StringComparison.Ordinal) ? Html.Bold("--set") : Html.Escaped(Origin);
    }
}
