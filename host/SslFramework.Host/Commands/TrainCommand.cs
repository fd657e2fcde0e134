using System.CommandLine;
using SslFramework.Core.Processors;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training;
using SslFramework.Host.Experiments;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl train FILE</c>: pretrains, exports the backbone, evaluates it. The same command goes on where it stopped.</summary>
internal static class TrainCommand
{
    public static Command Define()
    {
        var (file, data, size, set, plugins, locked, trace) = (SharedOptions.File(), SharedOptions.Data(), SharedOptions.Size(), SharedOptions.Set(), SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var runs = new Option<string>("--runs") { Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Delete an earlier run of this name with all that lies in its folder" };
        var steps = new Option<long?>("--steps") { Description = "Stop once the run has taken so many steps, over all its starts, to try an experiment out" };
        SharedOptions.TakesNumber(steps, "a number of steps");
        var profile = new Option<int?>("--profile") { Description = "Take so many steps, print where their time goes, and stop", HelpName = "steps" };
        SharedOptions.TakesNumber(profile, "a number of steps");
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Go on from this checkpoint instead of the newest, such as step-000000100", HelpName = "folder" };
        var overridden = new Option<string[]>("--override-resume")
        {
            Description = "Go on although this key of the experiment has changed, such as schedule.learningRate, or, with data, the images",
            HelpName = "key",
            DefaultValueFactory = _ => [],
        };
        var inject = new Option<string[]>("--inject")
        {
            Description = "Let something go wrong, to see what becomes of the run: nan@37, kill@save, enospc@save:3 …",
            HelpName = "fault",
            DefaultValueFactory = _ => [],
        };
        var supervise = new Option<bool>("--supervise") { Description = "Start again where the process is killed or crashes" };
        var restarts = new Option<int>("--max-restarts") { Description = "How often to start again", DefaultValueFactory = _ => 3 };
        SharedOptions.TakesNumber(restarts, "a number", least: 0);
        var group = new Option<GroupChoice>("--group") { Description = "The processes that train together: those of mpirun or srun, where it started the program (auto)" };
        SharedOptions.TakesOneOf(group, [.. Enum.GetNames<GroupChoice>().Select(name => name.ToLowerInvariant())]);
        var noReport = new Option<bool>("--no-report") { Description = "Write no report.html at the end; 'ssl report' writes one at any time" };
        var quiet = SharedOptions.Quiet();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Tell every line of metrics" };
        var command = new ExampledCommand(
            "train",
            "Pretrain a backbone and evaluate it. The same command again goes on where it stopped.",
            "ssl train simclr --data ./photos",
            "ssl train simclr --data fashion-mnist --set training.epochs=5",
            "ssl train host/experiments/quickstart.json --steps 20",
            "ssl train host/experiments/quickstart.json --profile 20",
            "mpirun -n 2 ssl train my.json",
            "ssl train my.json --set objective.temperature=0.2 --set name=warm")
        {
            file, data, size, set, runs, overwrite, steps, profile, checkpoint, overridden, supervise, restarts, group, inject, noReport, quiet, verbose, plugins, locked, trace,
        };

        // What is done once, when the run begins: a start that goes on must not do it again.
        Option[] acts = [overwrite, checkpoint, inject];
        command.SetAction(parsed => Failure.Guarded(
            () => JoinedProcess.Run(parsed.GetValue(group), parsed.GetValue(trace), processes =>
            {
                if (!Supervised.FollowSupervisor())
                {
                    return ExitCode.Stopped;
                }

                var request = new TrainingRequest
                {
                    Group = processes,
                    StopAtStep = parsed.GetValue(steps),
                    Profile = parsed.GetValue(profile) is { } profiled ? new StepProfile(profiled, settling: profiled) : null,
                    Checkpoint = parsed.GetValue(checkpoint),
                    Overridden = parsed.GetValue(overridden)!,
                    Verbosity = parsed.GetValue(quiet) || processes.Rank > 0 ? Verbosity.Quiet : parsed.GetValue(verbose) ? Verbosity.Verbose : Verbosity.Normal,
                    Report = !parsed.GetValue(noReport) && processes.Rank == 0,
                    Faults = FaultPlan.Parse(parsed.GetValue(inject)!, processes.Rank),
                };
                using var check = parsed.GetValue(supervise) ? null : ConvolutionCheck.Begin();
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                var told = new List<string>();
                var config = new ExperimentChoice(parsed.GetValue(file)!, parsed.GetValue(data), parsed.GetValue(set)!) { Size = parsed.GetValue(size) }.Read(installation, told.Add);
                var root = parsed.GetValue(runs)!;
                if (parsed.GetValue(supervise))
                {
                    if (processes.Count > 1)
                    {
                        throw new ExperimentException(FailureKind.Usage, "--supervise starts one process again, not several: start the whole mpirun again, which goes on from the last checkpoint.");
                    }

                    IReadOnlyList<string> Arguments(bool isFirst) => CommandWords.Of(parsed, [supervise, restarts, .. isFirst ? [] : acts]);
                    return new Supervisor(Path.Combine(root, config.Name), Arguments, parsed.GetValue(restarts), TimeProvider.System).Run();
                }

                using var run = processes.Rank == 0
                    ? RunFolder.Open(root, config.Name, ExperimentFile.Write(config), parsed.GetValue(overwrite), request.Overridden, installation.Components)
                    : RunFolder.Aside(ExperimentFile.Write(config), processes.Rank);
                foreach (var text in request.Verbosity == Verbosity.Quiet || !run.IsNew ? [] : told) // once for a run
                {
                    foreach (var line in text.Split('\n')) // now that the run's folder is its own: an error stands alone
                    {
                        Console.Error.WriteLine(Printable.Line(line));
                    }
                }

                return new TrainingRun(config, installation, run, request).Go();
            }),
            parsed.GetValue(trace)));
        return command;
    }
}
