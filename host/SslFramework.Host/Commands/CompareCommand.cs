using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Core.Storage;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Reports;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl compare RUN…</c>: finished runs side by side.</summary>
internal sealed class CompareCommand : GuardedCommand
{
    private readonly Argument<string[]> runs = new("run") { Description = "Run folders, such as runs/*", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> layers = new("--layers") { Description = "A column for each layer, as in the papers' tables" };
    private readonly Option<bool> markdown = new("--markdown") { Description = "Write Markdown" };
    private readonly Option<bool> csv = new("--csv") { Description = "Write comma-separated values" };
    private readonly Option<bool> json = SharedOptions.Json("Write JSON, intervals included");
    private readonly Option<string?> html = new("--html")
    {
        Description = "Write the table and the runs' curves, one over the other, as a page",
        HelpName = "file",
    };

    private readonly Option<bool> force = SharedOptions.Force();

    public CompareCommand()
        : base(
            "compare",
            "Put finished runs side by side, random weights and raw pixels on top: the best layer of each evaluator, or every layer.",
            "ssl compare runs/*",
            "ssl compare runs/* --markdown --layers",
            "ssl compare runs/* --html compare.html")
    {
        Takes(runs, layers, markdown, csv, json, html, force);
        SharedOptions.AtMostOneOf(this, markdown, csv, json, html);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var page = parsed.GetValue(html);
        if (page is not null)
        {
            OutputFolder.EnsureNew(parsed.GetValue(force), "the page", page);
            DurableFile.Check(page);
        }

        var folders = Comparable(parsed.GetValue(runs)!);
        IReadOnlyList<ResultTable> tables;
        using (LivePanel.Note("reading the runs"))
        {
            tables = Tables([.. folders.Select(EvaluatedRun.Read)], parsed.GetValue(layers));
            if (page is not null)
            {
                ComparisonPage.Write(page, tables, [.. folders.Select(RunRecord.Read)]);
            }
        }

        if (page is not null)
        {
            Console.WriteLine(Printable.Line(page));
        }
        else if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(new JsonArray([.. tables.Select(table => table.ToJson())])));
        }
        else if (parsed.GetValue(markdown))
        {
            Console.Write(string.Join('\n', tables.Select(table => table.Markdown())));
        }
        else if (parsed.GetValue(csv))
        {
            Console.Write(string.Join('\n', tables.Select(table => table.Csv())));
        }
        else
        {
            ResultTable.Print(tables);
        }

        return ExitCode.Success;
    }

    /// <summary>
    /// The runs among what a shell's star names: files, sweeps and runs without results are left out, and the user is told if they are
    /// folders.
    /// </summary>
    private static string[] Comparable(string[] named)
    {
        var obstacles = named
            .Select(path => (Path: path, Obstacle: EvaluatedRun.Obstacle(path)))
            .DistinctBy(pair => Path.GetFullPath(pair.Path).TrimEnd(Path.DirectorySeparatorChar))
            .ToArray();
        string[] folders = [.. obstacles.Where(pair => pair.Obstacle is null).Select(pair => pair.Path)];
        foreach (var (path, obstacle) in obstacles.Where(pair => pair.Obstacle is not null))
        {
            if (folders.Length == 0 || !Path.Exists(path))
            {
                throw new ExperimentException(
                    File.Exists(Path.Combine(path, RunFiles.Status)) ? FailureKind.Data : FailureKind.Usage,
                    File.Exists(path) ? $"'{path}' is a file; name the folders of runs, as in 'ssl compare runs/*'." : obstacle!);
            }

            if (Directory.Exists(path))
            {
                Messages.Say($"Left out: {obstacle}");
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
