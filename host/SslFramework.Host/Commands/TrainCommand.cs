using System.CommandLine;
using SslFramework.Core.Distributed;
using SslFramework.Core.Faults;
using SslFramework.Core.Processors;
using SslFramework.Core.Training;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Processes;
using SslFramework.Host.Runs;
using SslFramework.Host.Terminal;
using SslFramework.Host.Training;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl train FILE</c>: pretrains, exports the backbone, evaluates it. Run the same command again to resume.</summary>
internal sealed class TrainCommand : GuardedCommand
{
    private readonly ExperimentArguments experiment = new();
    private readonly Option<string> runs = SharedOptions.Runs();
    private readonly Option<bool> overwrite = new("--overwrite")
    {
        Description = "Delete an earlier run of this name with all that lies in its folder",
    };

    private readonly Option<long?> steps = new Option<long?>("--steps")
    {
        Description = "Stop once the run has taken so many steps, over all its starts, to try an experiment out",
    }.MustBe("a number of steps");

    private readonly Option<int?> profile = new Option<int?>("--profile")
    {
        Description = "Take so many steps, print where their time goes, and stop",
        HelpName = "steps",
    }.MustBe("a number of steps");

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

    private readonly Option<bool> supervise = new("--supervise") { Description = "Start again if the process is killed or crashes" };

    private readonly Option<int> restarts = new Option<int>("--max-restarts")
    {
        Description = "How often to start again",
        DefaultValueFactory = _ => 3,
    }.MustBe("a number", least: 0);

    private readonly Option<GroupChoice> group = new Option<GroupChoice>("--group")
    {
        Description = "The processes that train together: those of mpirun or srun, if it started the program (auto)",
    }.MustBeOneOf([.. Enum.GetNames<GroupChoice>().Select(name => name.ToLowerInvariant())]);

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
    private readonly PluginArguments plugins = new();

    public TrainCommand()
        : base(
            "train",
            "Pretrain a backbone and evaluate it. Run the same command again to resume.",
            "ssl train simclr --data ./photos",
            "ssl train simclr --data fashion-mnist --set training.epochs=5",
            "ssl train host/experiments/quickstart.json --steps 20",
            "ssl train host/experiments/quickstart.json --profile 20",
            "mpirun -n 2 ssl train my.json",
            "ssl train my.json --set objective.temperature=0.2 --set name=warm") => Takes(
        [
            .. experiment.All, runs, overwrite, steps, profile, checkpoint, overridden,
            supervise, restarts, group, inject, noReport, quiet, verbose, .. plugins.All,
        ]);

    protected override ExitCode Run(ParseResult parsed) =>
        JoinedProcess.Run(parsed.GetValue(group), IsTraced(parsed), processes => Train(parsed, processes));

    private ExitCode Train(ParseResult parsed, IProcessGroup processes)
    {
        if (!Supervised.FollowSupervisor())
        {
            return ExitCode.Stopped;
        }

        var request = Request(parsed, processes);
        var isSupervisor = parsed.GetValue(supervise);
        using var check = isSupervisor ? null : ConvolutionCheck.Begin();
        var installation = plugins.Load(parsed);
        var notes = new List<string>();
        var config = experiment.Read(parsed).Read(installation, notes.Add);
        if (isSupervisor)
        {
            return Supervise(parsed, config.Name, processes);
        }

        using var run = Open(parsed, config, request, installation);
        if (run.IsNew && request.Verbosity != Verbosity.Quiet)
        {
            Print(notes); // now that the run's folder is its own: an error stands alone
        }

        return new TrainingRun(config, installation, run, request).Go();
    }

    private TrainingRequest Request(ParseResult parsed, IProcessGroup processes) => new()
    {
        Group = processes,
        StopAtStep = parsed.GetValue(steps),
        Profile = parsed.GetValue(profile) is { } profiled ? new StepProfile(profiled, settling: profiled) : null,
        Checkpoint = parsed.GetValue(checkpoint),
        Overridden = parsed.GetValue(overridden)!,
        Verbosity = parsed.GetValue(quiet) || processes.Rank > 0 ? Verbosity.Quiet
            : parsed.GetValue(verbose) ? Verbosity.Verbose : Verbosity.Normal,
        Report = !parsed.GetValue(noReport) && processes.Rank == 0,
        Faults = FaultPlan.Parse(parsed.GetValue(inject)!, processes.Rank),
    };

    private ExitCode Supervise(ParseResult parsed, string name, IProcessGroup processes)
    {
        if (processes.Count > 1)
        {
            throw new ExperimentException(
                ExitCode.Usage,
                "--supervise starts one process again, not several: start the whole mpirun again, which goes on from the last checkpoint.");
        }

        var folder = Path.Combine(parsed.GetValue(runs)!, name);
        return new Supervisor(folder, Arguments, parsed.GetValue(restarts), TimeProvider.System).Run();

        // What is done once, when the run begins, must not be done again by a start that resumes.
        IReadOnlyList<string> Arguments(bool isFirst) =>
            CommandWords.Of(parsed, [supervise, restarts, .. isFirst ? [] : new Option[] { overwrite, checkpoint, inject }]);
    }

    private RunFolder Open(ParseResult parsed, ExperimentConfig config, TrainingRequest request, Installation installation)
    {
        var text = ExperimentFile.Write(config);
        return request.Group.Rank > 0
            ? RunFolder.Aside(text, request.Group.Rank)
            : RunFolder.Open(
                parsed.GetValue(runs)!, config.Name, text, parsed.GetValue(overwrite), request.Overridden, installation.Components);
    }

    private static void Print(IEnumerable<string> notes)
    {
        foreach (var line in notes.SelectMany(note => note.Split('\n')))
        {
            Console.Error.WriteLine(Printable.Line(line));
        }
    }
}
