using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Core.Storage;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Reports;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl compare RUN…</c>: finished runs side by side.</summary>
internal static class CompareCommand
{
    public static Command Define()
    {
        var runs = new Argument<string[]>("run") { Description = "Run folders, such as runs/*", Arity = ArgumentArity.OneOrMore };
        var layers = new Option<bool>("--layers") { Description = "A column for each layer, as in the papers' tables" };
        var markdown = new Option<bool>("--markdown") { Description = "Write Markdown" };
        var csv = new Option<bool>("--csv") { Description = "Write comma-separated values" };
        var json = new Option<bool>("--json") { Description = "Write JSON, intervals included" };
        var html = new Option<string?>("--html") { Description = "Write the table and the runs' curves, one over the other, as a page", HelpName = "file" };
        var (force, trace) = (SharedOptions.Force(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "compare",
            "Put finished runs side by side, random weights and raw pixels on top: the best layer of each evaluator, or every layer.",
            "ssl compare runs/*",
            "ssl compare runs/* --markdown --layers",
            "ssl compare runs/* --html compare.html")
        {
            runs, layers, markdown, csv, json, html, force, trace,
        };
        SharedOptions.AtMostOneOf(command, markdown, csv, json, html);
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                if (parsed.GetValue(html) is { } written)
                {
                    OutputFolder.EnsureNew(parsed.GetValue(force), "the page", written);
                    DurableFile.Check(written);
                }

                var folders = Comparable(parsed.GetValue(runs)!);
                IReadOnlyList<ResultTable> tables;
                using (LivePanel.Note("reading the runs"))
                {
                    tables = Tables([.. folders.Select(EvaluatedRun.Read)], parsed.GetValue(layers));
                    if (parsed.GetValue(html) is { } page)
                    {
                        ComparisonPage.Write(page, tables, [.. folders.Select(RunRecord.Read)]);
                    }
                }

                if (parsed.GetValue(html) is { } file)
                {
                    Console.WriteLine(Printable.Line(file));
                }
                else if (parsed.GetValue(json))
                {
                    Console.WriteLine(new JsonArray([.. tables.Select(table => table.Json())]).ToJsonString(ReadableJson.Indented));
                }
                else if (parsed.GetValue(markdown) || parsed.GetValue(csv))
                {
                    Console.Write(string.Join('\n', tables.Select(table => parsed.GetValue(csv) ? table.Csv() : table.Markdown())));
                }
                else
                {
                    ResultTable.Print(tables);
                }

                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    /// <summary>The runs among what a shell's star names: files, sweeps and runs without results are left out, and told where they are folders.</summary>
    private static string[] Comparable(string[] named)
    {
        var obstacles = named.Select(path => (Path: path, Obstacle: EvaluatedRun.Obstacle(path))).DistinctBy(pair => Path.GetFullPath(pair.Path).TrimEnd(Path.DirectorySeparatorChar)).ToArray();
        string[] folders = [.. obstacles.Where(pair => pair.Obstacle is null).Select(pair => pair.Path)];
        foreach (var (path, obstacle) in obstacles.Where(pair => pair.Obstacle is not null))
        {
            if (folders.Length == 0 || !Path.Exists(path))
            {
                throw new ExperimentException(
                    File.Exists(Path.Combine(path, "run.json")) ? FailureKind.Data : FailureKind.Usage,
                    File.Exists(path) ? $"'{path}' is a file; name the folders of runs, as in 'ssl compare runs/*'." : obstacle!);
            }

            if (Directory.Exists(path))
            {
                Console.Error.WriteLine($"Left out: {Printable.Line(obstacle!)}");
            }
        }

        return folders;
    }

    private static IReadOnlyList<ResultTable> Tables(EvaluatedRun[] runs, bool layers)
    {
        var rows = Contender.Of(runs);
        var protocols = runs.SelectMany(run => run.Protocols).DistinctBy(p => p.Key).ToDictionary();
        var measures = Measure.ShownOf(runs.SelectMany(run => run.Results));
        return layers ? ComparisonTables.ByLayer(rows, measures, protocols) : [ComparisonTables.ByMeasure(rows, measures, protocols)];
    }
}
