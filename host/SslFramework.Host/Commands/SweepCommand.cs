using System.CommandLine;
using System.Diagnostics;
using SslFramework.Host.Configuration;
using SslFramework.Host.Failures;
using SslFramework.Host.Plugins;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl sweep FILE</c>: runs an experiment with many values and seeds, and puts the results into one table and plot.</summary>
internal static class SweepCommand
{
    public static Command Define()
    {
        var file = new Argument<string>("sweep") { Description = "A sweep file, such as host/experiments/studies/mae-mask-ratio.json" };
        var (set, plugins, locked, trace) = (SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var runs = new Option<string>("--runs") { Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Delete earlier runs of this sweep" };
        var steps = new Option<long?>("--steps") { Description = "Stop each point after so many steps, to try a sweep out" };
        SharedOptions.TakesNumber(steps, "a number of steps");
        var json = new Option<bool>("--json") { Description = "Write the results as JSON" };
        var command = new ExampledCommand(
            "sweep",
            "Run an experiment with many values and seeds. The same command again goes on where it stopped.",
            "ssl sweep host/experiments/studies/mae-mask-ratio.json")
        {
            file, set, runs, overwrite, steps, json, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var clock = Stopwatch.StartNew();
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var plan = SweepPlan.Read(parsed.GetValue(file)!, parsed.GetValue(set)!, installation.Components);
                var folder = Path.Combine(parsed.GetValue(runs)!, plan.File.Name);
                var (outcomes, code) = Quietly(() => new SweepRun(plan, installation, folder).Go(parsed.GetValue(steps), parsed.GetValue(overwrite)));
                var report = new SweepReport(plan.File, outcomes);
                report.Save(folder);
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(report.Json().ToJsonString(ReadableJson.Indented));
                }
                else
                {
                    report.Print();
                }

                var done = outcomes.Count(outcome => outcome.Status == "completed");
                Console.Error.WriteLine($"{done} of {outcomes.Count} points are done, in {ErrorTerminal.Short(clock.Elapsed)} this time; tables and plot are in {folder}");
                return code;
            },
            parsed.GetValue(trace)));
        return command;
    }

    /// <summary>The tables of single runs are messages here: stdout is for the sweep's own.</summary>
    private static T Quietly<T>(Func<T> work)
    {
        var output = Console.Out;
        Console.SetOut(Console.Error);
        try
        {
            return work();
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
