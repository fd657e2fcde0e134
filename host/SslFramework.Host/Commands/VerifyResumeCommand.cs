using System.CommandLine;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl verify-resume FILE</c>: proves that an experiment, and so its plugins, goes on where it was stopped to the same bits.</summary>
internal static class VerifyResumeCommand
{
    public static Command Define()
    {
        var (file, data, size, set, plugins, locked, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Size(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var steps = new Option<int>("--steps") { Description = "Steps to take each time, from 2", DefaultValueFactory = _ => 6 };
        SharedOptions.TakesNumber(steps, "a number of steps", least: 2);
        var command = new ExampledCommand(
            "verify-resume",
            "Train some steps in one go and with stops between: weights and metrics must be equal to the last bit.",
            "ssl verify-resume my.json --plugins my-plugins")
        {
            file, data, size, set, steps, plugins, locked, trace,
        };
        command.SetAction(parsed => Failure.Guarded(
            () => Verify(
                new ExperimentChoice(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) },
                Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked)),
                parsed.GetValue(steps)),
            parsed.GetValue(trace)));
        return command;
    }

    private static ExitCode Verify(ExperimentChoice choice, Installation installation, int steps)
    {
        var config = choice.Read(installation);
        var folder = ScratchFolder.Make("ssl-verify-resume-");
        var (differs, differsAnyway) = (false, false);
        try
        {
            foreach (var (stop, threads, difference) in Quietly(new ResumeProof(config, installation, folder, steps).Run()))
            {
                differs |= difference is not null;
                differsAnyway |= difference is not null && stop is null;
                ResultConsole.WriteLine(
                    $"{(stop is null ? $"trained {steps} steps again without a stop" : $"stopped after step {stop} of {steps}, went on with {threads} loader threads")}: "
                    + (difference is null ? "equal to the last bit" : $"DIFFERENT in {difference}"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return !differs ? ExitCode.Success : throw new ExperimentException(
            FailureKind.Plugin,
            differsAnyway
                ? $"{choice.Named} already differs without a stop, so that nothing can be said of resuming; draw random numbers from StepContext.Random, and try \"threads\": 1, with which sums are taken in one order."
                : $"{choice.Named} does not go on to the same bits; keep all state of the objective in parameters and buffers of its Module, changed in place, and draw random numbers from StepContext.Random.");
    }

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
