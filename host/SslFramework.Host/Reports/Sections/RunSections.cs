using SslFramework.Host.Configuration;

namespace SslFramework.Host.Reports.Sections;

/// <summary>What ran, with what, what happened to it, and what to do next.</summary>
internal static class RunSections
{
    public static ReportSection Warnings(RunRecord run)
    {
        var kinds = run.Incidents.GroupBy(incident => incident.Kind).SelectMany(kind =>
            kind.Take(5).Select(incident => incident.Sentence.Contains($"step {incident.Step}", StringComparison.Ordinal) ? incident.Sentence : $"Step {incident.Step}: {incident.Sentence}").Concat(kind.Count() > 5 ? [$"{kind.Count() - 5} more of the kind \"{kind.Key}\" are in incidents.jsonl."] : []));
        string[] all =
        [
            .. run.Status is { Status: "failed", Reason: { } reason } ? [$"The run failed: {reason}"] : Array.Empty<string>(),
            .. run.Status is { Status: "interrupted", Reason: { } why } ? [$"The run was interrupted: {why}. The same 'ssl train' command goes on."] : Array.Empty<string>(),
            .. kinds,
            .. run.BadImages.Take(5).Select(bad => $"An image cannot be used: {bad}"),
            .. run.BadImages.Count > 5 ? [$"{run.BadImages.Count - 5} more such images are in data-report.json."] : Array.Empty<string>(),
        ];
        return all.Length == 0
            ? new ReportSection("Warnings", Html.Of($"<p>None: no step was skipped, no loss was out of the usual, no image was unusable.</p>"), "None.\n")
            : new ReportSection(
                "Warnings",
                Html.Of($"<ul class=\"warnings\">{Html.Join(all.Select(line => Html.Of($"<li>{line}</li>")))}</ul>"),
                string.Concat(all.Select(line => $"* {MarkdownText.Escaped(line)}\n")));
    }

    public static ReportSection Configuration(RunRecord run)
    {
        var values = ConfigOrigins.Values(run.Experiment).Where(pair => pair.Value.Length > 0)
            .Select(pair => (pair.Key, pair.Value, Origin: ConfigOrigins.At(run.Origins, pair.Key))).ToArray();
        if (run.Origins.Count == 0)
        {
            return new ReportSection(
                "Configuration",
                Html.Of($"<details><summary>All {values.Length} values</summary>{Table(values)}</details><p class=\"note\">Where they come from is known of runs that 'ssl train' started with this version.</p>"),
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
            rows.Select(row => new[] { Html.Key(row.Key), Html.Escaped(row.Value), row.Origin.StartsWith("--set", StringComparison.Ordinal) ? Html.Of($"<b>--set</b>") : Html.Escaped(row.Origin) }));

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
            Html.Of($"<ul class=\"journal\">{Html.Join(run.Journal.TakeLast(30).Select(line => Html.Of($"<li>{line}</li>")))}</ul>"),
            string.Concat(run.Journal.TakeLast(30).Select(line => $"* {MarkdownText.Escaped(line)}\n")));

    public static ReportSection Next(RunRecord run)
    {
        var folder = Shell(run.Folder);
        (string Command, string Why)[] commands =
        [
            .. run.Status.Status is "completed" ? [] : new[] { ($"ssl train {folder}/experiment.json --runs {Shell(Path.GetDirectoryName(Path.GetFullPath(run.Folder))!)}", run.Status.Status is "running" ? "go on from the last checkpoint, if the run was killed; one that is at work is not disturbed" : "go on from the last checkpoint") },
            ($"ssl report {folder}", "write this report again, from what there is now"),
            .. run.Status.Status is "completed" ? new[]
            {
                ($"ssl preview {folder} --count 20 --output pictures", "see more views, and what the method makes of them"),
                ($"ssl embed {folder} --data MY_IMAGES --output features.npy", "get a feature vector of every image"),
                ($"ssl export {folder}", "get the backbone for PyTorch, C# and ONNX, with a model card"),
                ($"ssl evaluate {folder} --with MY_EVALUATION.json", "measure it in other ways, or on other labelled images; the file looks like \"evaluation\" of an experiment"),
                ($"ssl compare {folder} OTHER_RUN --html compare.html", "put it beside another run"),
                ($"tensorboard --logdir {folder}", "look at the curves in TensorBoard"),
            } : [],
        ];
        return new ReportSection(
            "What to try next",
            Html.Table(["command", "to"], commands.Select(c => new[] { Html.Of($"<code>{c.Command}</code>"), Html.Escaped(c.Why) })),
            string.Concat(commands.Select(c => $"* {MarkdownText.Escaped(c.Why)}:\n\n      {c.Command.ReplaceLineEndings(" ")}\n\n")));
    }

    private static string Shell(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
