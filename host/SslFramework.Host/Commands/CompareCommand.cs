using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Host.Comparison;
using SslFramework.Host.Configuration;
using SslFramework.Host.Reports;

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
        var trace = SharedOptions.Trace();
        var command = new ExampledCommand(
            "compare",
            "Put finished runs side by side, random weights and raw pixels on top: the best layer of each evaluator, or every layer.",
            "ssl compare runs/*",
            "ssl compare runs/* --markdown --layers",
            "ssl compare runs/* --html compare.html")
        {
            runs, layers, markdown, csv, json, html, trace,
        };
        command.SetAction(parsed => SslCommand.Guarded(
            () =>
            {
                var named = parsed.GetValue(runs)!;
                string[] folders = named.Any(Directory.Exists) ? [.. named.Where(path => !File.Exists(path))] : named; // runs/SWEEP/* has the sweep's tables in it
                var tables = Tables([.. folders.Select(EvaluatedRun.Read)], parsed.GetValue(layers));
                if (parsed.GetValue(html) is { } page)
                {
                    ComparisonPage.Write(page, tables, [.. folders.Select(RunRecord.Read)]);
                    Console.WriteLine(page);
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
                    foreach (var table in tables)
                    {
                        table.Print();
                    }
                }

                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static IReadOnlyList<ResultTable> Tables(EvaluatedRun[] runs, bool layers)
    {
        var rows = Contender.Of(runs);
        var protocols = runs.SelectMany(run => run.Protocols).DistinctBy(p => p.Key).ToDictionary();
        var measures = Measure.MainOf(runs.SelectMany(run => run.Results));
        return layers ? ComparisonTables.ByLayer(rows, measures, protocols) : [ComparisonTables.ByMeasure(rows, measures, protocols)];
    }
}
