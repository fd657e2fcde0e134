using System.CommandLine;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Processes;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl train FILE</c>: pretrains, exports the backbone, evaluates it. Run the same command again to resume.</summary>
internal sealed class TrainCommand : GuardedCommand
{
    private readonly ExperimentArguments experiment = new();
    private readonly PluginArguments plugins = new();
    private readonly Option<string> runs = SharedOptions.Runs("Folder of all runs");
    private readonly Option<bool> overwrite = new("--overwrite")
    {
        Description = "Delete an earlier run of this name with all that lies in its folder",
    };

    private readonly Option<long?> steps = new("--steps")
    {
        Description = "Stop once the run has taken so many steps, over all its starts, to try an experiment out",
    };

    private readonly Option<int?> profile = new("--profile")
    {
        Description = "Take so many steps, print where their time goes, and stop",
        HelpName = "steps",
    };

    private readonly Option<string?> checkpoint = new("--checkpoint")
    {
        Description = "Resume from this checkpoint instead of the newest, such as step-000000100",
        HelpName = "folder",
    };

    private readonly Option<string[]> overridden = new("--override-resume")
    {
        Description = "Resume although this key of the experiment has changed, such as schedule.learningRate, or, with data, the images",
        HelpName = "key",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> supervise = new("--supervise") { Description = "Start again where the process is killed or crashes" };
    private readonly Option<int> restarts = new("--max-restarts")
    {
        Description = "How often to start again",
        DefaultValueFactory = _ => 3,
    };
    private readonly Option<GroupChoice> group = new("--group")
    {
        Description = "The processes that train together: those of mpirun or srun, where it started the program (auto)",
    };

    private readonly Option<string[]> inject = new("--inject")
    {
        Description = "Let something go wrong, to see what becomes of the run: nan@37, kill@save, enospc@save:3 …",
        HelpName = "fault",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> noReport = new("--no-report")
    {
        Description = "Write no report.html at the end; 'ssl report' writes one at any time",
    };

    private readonly Option<bool> quiet = SharedOptions.Quiet();
    private readonly Option<bool> verbose = new("--verbose", "-v") { Description = "Print every line of metrics" };

    public TrainCommand()
        : base(
            "train",
            "Pretrain a backbone and evaluate it. Run the same command again to resume.",
            "ssl train simclr --data ./photos",
            "ssl train simclr --data fashion-mnist --set training.epochs=5",
            "ssl train host/experiments/quickstart.json --steps 20",
            "ssl train host/experiments/quickstart.json --profile 20",
            "mpirun -n 2 ssl train my.json",
            "ssl train my.json --set objective.temperature=0.2 --set name=warm")
    {
        SharedOptions.TakesNumber(steps, "a number of steps");
        SharedOptions.TakesNumber(profile, "a number of steps");
        SharedOptions.TakesNumber(restarts, "a number", least: 0);
        SharedOptions.TakesOneOf(group, [.. Enum.GetNames<GroupChoice>().Select(name => name.ToLowerInvariant())]);
        IEnumerable<Symbol> own =
            [runs, overwrite, steps, profile, checkpoint, overridden, supervise, restarts, group, inject, noReport, quiet, verbose];
        Takes([.. experiment.All, .. own, .. plugins.All]);
    }

    protected override ExitCode Run(ParseResult parsed) => JoinedProcess.Run(parsed.GetValue(group), IsTraced(parsed), processes =>
    {
        if (!Supervised.FollowSupervisor())
        {
            return ExitCode.Stopped;
        }

        return parsed.GetValue(supervise) ? Supervise(parsed, processes) : Train(parsed, processes);
    });

    private ExitCode Train(ParseResult parsed, IProcessGroup processes)
    {
        var options = OptionsOf(parsed, processes);
        using var check = ConvolutionCheck.Begin();
        var installation = plugins.Load(parsed);
        var choices = new List<string>();
        var config = experiment.Read(parsed).Read(installation, choices.Add);
        using var run = processes.Rank == 0
            ? RunFolder.Open(
                parsed.GetValue(runs)!,
                config.Name,
                ExperimentFile.Write(config),
                parsed.GetValue(overwrite),
                options.Overridden,
                installation.Components)
            : RunFolder.Aside(ExperimentFile.Write(config), processes.Rank);
        var lines = choices.SelectMany(text => text.Split('\n'));
        foreach (var line in run.IsNew ? lines : []) // once the run's folder is its own: an error stands alone
        {
            options.Messages.Note(line);
        }

        return new ExperimentRun(config, installation, run, options).Run();
    }

    private StartOptions OptionsOf(ParseResult parsed, IProcessGroup processes) => new()
    {
        Group = processes,
        StopAtStep = parsed.GetValue(steps),
        Profile = parsed.GetValue(profile) is { } profiled ? new StepProfile(profiled, settling: profiled) : null,
        Checkpoint = parsed.GetValue(checkpoint),
        Overridden = parsed.GetValue(overridden)!,
        Messages = Messages.For(parsed.GetValue(quiet), parsed.GetValue(verbose), processes.Rank),
        Report = !parsed.GetValue(noReport) && processes.Rank == 0,
        Faults = FaultPlan.Parse(parsed.GetValue(inject)!, processes.Rank),
    };

    /// <summary>Trains in a process of its own, which is started again if it is killed.</summary>
    private ExitCode Supervise(ParseResult parsed, IProcessGroup processes)
    {
        OptionsOf(parsed, processes); // a mistake in them is said once, and not by every start
        var config = experiment.Read(parsed).Read(plugins.Load(parsed));
        if (processes.Count > 1)
        {
            throw new ExperimentException(
                FailureKind.Usage,
                "--supervise starts one process again, not several: start the whole mpirun again, which goes on from the last checkpoint.");
        }

        // What is done once, when the run begins: a start that resumes must not do it again.
        Option[] acts = [overwrite, checkpoint, inject];
        IReadOnlyList<string> Arguments(bool isFirst) => CommandWords.Of(parsed, [supervise, restarts, .. isFirst ? [] : acts]);
        var folder = Path.Combine(parsed.GetValue(runs)!, config.Name);
        return new Supervisor(folder, Arguments, parsed.GetValue(restarts), TimeProvider.System).Run();
    }
}
