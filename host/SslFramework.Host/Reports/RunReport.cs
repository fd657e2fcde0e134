using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Reports.Pictures;
using SslFramework.Host.Reports.Sections;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Reports;

/// <summary>report.html and report.md of a run.</summary>
internal static class RunReport
{
    /// <summary>Writes both.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="pictures">What the network shows, or why it shows nothing.</param>
    /// <param name="output">Where the HTML goes; report.html in the folder where absent. The Markdown goes beside it.</param>
    /// <returns>The HTML file.</returns>
    /// <exception cref="ExperimentException">The folder is not that of a run, or a file cannot be written.</exception>
    public static string Write(string folder, RunPictures pictures, string? output = null)
    {
        var run = RunRecord.Read(folder);
        var page = new ReportPage(run.Name, run.Status.Status, Lead(run), Sections(run, pictures)) { PictureStyle = pictures.Style };
        output ??= Path.Combine(folder, RunFiles.Report);
        page.Save(output);
        ReportPage.Save(Path.ChangeExtension(output, ".md"), page.Markdown(MarkdownText.Escaped(Sentence(run))));
        return output;
    }

    private static IReadOnlyList<ReportSection> Sections(RunRecord run, RunPictures pictures) =>
    [
        RunSections.Warnings(run),
        ResultSections.Evaluation(run),
        CurveSections.Training(run),
        CurveSections.Monitor(run),
        CurveSections.Collapse(run),
        .. ClassTables.Sections(run.Results),
        .. ResultSections.Curves(run),
        .. ResultSections.Figures(run),
        .. pictures.Sections,
        CurveSections.Resources(run),
        RunSections.Configuration(run),
        RunSections.Environment(run),
        RunSections.Journal(run),
        RunSections.Next(run),
    ];

    private static Html Lead(RunRecord run) => Html.Of($"""
        <p>{Sentence(run)}</p>{(Value(run, "description") is { Length: > 0 } text ? Html.Of($"<p class=\"note\">{text}</p>") : Html.None)}
        <div class="tiles">{Html.Join(Tiles(run).Select(Tile))}</div>
        """);

    private static Html Tile((string Number, string What) tile) =>
        Html.Of($"<div class=\"tile\"><b>{tile.Number}</b><span>{tile.What}</span></div>");

    private static string Sentence(RunRecord run) =>
        $"{Value(run, "objective", "name")} on {Value(run, "backbone", "name")}, "
        + $"step {run.Status.Step:N0} of {run.Status.TotalSteps:N0}, seed {run.Status.Seed}.";

    private static IEnumerable<(string Number, string What)> Tiles(RunRecord run)
    {
        foreach (var measure in Measure.MainOf(run.Results).Take(3))
        {
            var results = run.Results.Where(measure.Covers).ToArray();
            var best = results.GroupBy(r => r.Subject).ToDictionary(group => group.Key, group => group.Max(r => r.Value));
            if (best.Remove(EvaluatedRun.Trained, out var trained))
            {
                var others = best.Count == 0 ? "" : $" ({string.Join(", ", best.Select(b => $"{b.Key} {b.Value:F1}"))})";
                yield return ($"{trained:F1}{(Measure.IsPercentage(results) ? " %" : "")}", $"{measure.Name}{others}");
            }
        }

        if (run.Metrics.GetValueOrDefault("loss") is { } loss)
        {
            yield return ($"{loss[^1].Y:G4}", $"loss, from {loss[0].Y:G4}");
        }

        yield return (ErrorTerminal.Short(TimeSpan.FromSeconds(run.Status.TrainingSeconds)), "of training");
    }

    private static string Value(RunRecord run, params string[] keys)
    {
        var node = run.Experiment;
        foreach (var key in keys)
        {
            node = (node as System.Text.Json.Nodes.JsonObject)?[key];
        }

        return node?.ToString() ?? "";
    }
}
