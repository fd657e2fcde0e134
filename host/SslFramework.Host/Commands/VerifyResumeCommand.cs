using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Machine;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl verify-resume FILE</c>: proves that an experiment, and so its plugins, resumes to the same bits.</summary>
internal sealed class VerifyResumeCommand : GuardedCommand
{
    private readonly ExperimentArguments experiment = new();
    private readonly PluginArguments plugins = new();
    private readonly Option<int> steps = new("--steps") { Description = "Steps to take each time, from 2", DefaultValueFactory = _ => 6 };

    public VerifyResumeCommand()
        : base(
            "verify-resume",
            "Train some steps in one go and with stops between: weights and metrics must be equal to the last bit.",
            "ssl verify-resume my.json --plugins my-plugins")
    {
        SharedOptions.TakesNumber(steps, "a number of steps", least: 2);
        Takes([.. experiment.All, steps, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed)
    {
        var (choice, count) = (experiment.Read(parsed), parsed.GetValue(steps));
        var installation = plugins.Load(parsed);
        var config = choice.Read(installation);
        var folder = ScratchFolder.Make("ssl-verify-resume-");
        var (differs, differsAnyway) = (false, false);
        try
        {
            foreach (var (stop, threads, difference) in Quietly(new ResumeProof(config, installation, folder, count).Run()))
            {
                differs |= difference is not null;
                differsAnyway |= difference is not null && stop is null;
                var done = stop is null
                    ? $"trained {count} steps again without a stop"
                    : $"stopped after step {stop} of {count}, went on with {threads} loader threads";
                ResultConsole.WriteLine($"{done}: {(difference is null ? "equal to the last bit" : $"DIFFERENT in {difference}")}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return differs ? throw Differs(choice.Named, differsAnyway) : ExitCode.Success;
    }

    private static ExperimentException Differs(string named, bool withoutStops) => new(FailureKind.Plugin, withoutStops
        ? $"{named} already differs without a stop, so that nothing can be said of resuming; draw random numbers from StepContext.Random, "
            + "and try \"threads\": 1, with which sums are taken in one order."
        : $"{named} does not go on to the same bits; keep all state of the objective in parameters and buffers of its Module, "
            + "changed in place, and draw random numbers from StepContext.Random.");

    /// <summary>Without the progress of the runs, which is on stderr.</summary>
    private static IEnumerable<T> Quietly<T>(IEnumerable<T> work)
    {
        using var items = work.GetEnumerator();
        while (MoveNext())
        {
            yield return items.Current;
        }

        bool MoveNext()
        {
            var before = Console.Error;
            try
            {
                Console.SetError(TextWriter.Null);
                return items.MoveNext();
            }
            finally
            {
                Console.SetError(before);
            }
        }
    }
}
