using System.CommandLine;
using System.Diagnostics;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Sweeps;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl sweep FILE</c>: runs an experiment with many values and seeds, and puts the results into one table and plot.</summary>
internal sealed class SweepCommand : GuardedCommand
{
    private readonly Argument<string> file = new("sweep")
    {
        Description = "A sweep file, such as host/experiments/studies/mae-mask-ratio.json",
    };

    private readonly Option<string[]> set = SharedOptions.Set();
    private readonly Option<string> runs = SharedOptions.Runs("Folder of all runs");
    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Delete earlier runs of this sweep" };
    private readonly Option<long?> steps = new("--steps") { Description = "Stop each point after so many steps, to try a sweep out" };
    private readonly Option<bool> json = SharedOptions.Json("Write the results as JSON");
    private readonly PluginArguments plugins = new();

    public SweepCommand()
        : base(
            "sweep",
            "Run an experiment with many values and seeds. Run the same command again to resume.",
            "ssl sweep host/experiments/studies/mae-mask-ratio.json")
    {
        SharedOptions.TakesNumber(steps, "a number of steps");
        Takes([file, set, runs, overwrite, steps, json, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var clock = Stopwatch.StartNew();
        var installation = plugins.Load(parsed);
        var plan = SweepPlan.Read(parsed.GetValue(file)!, parsed.GetValue(set)!, installation.Components);
        var folder = Path.Combine(parsed.GetValue(runs)!, plan.File.Name);
        var sweep = new SweepRun(plan, installation, folder);
        var (outcomes, code) = Quietly(() => sweep.Run(parsed.GetValue(steps), parsed.GetValue(overwrite)));
        var report = new SweepReport(plan.File, outcomes);
        report.Save(folder);
        if (parsed.GetValue(json))
        {
            Console.WriteLine(Json.Text(report.ToJson()));
        }
        else
        {
            report.Print();
        }

        var done = outcomes.Count(outcome => outcome.Status == "completed");
        var took = ErrorTerminal.Short(clock.Elapsed);
        Messages.Say($"{done} of {outcomes.Count} points are done, in {took} this time; tables and plot are in {folder}");
        return code;
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
