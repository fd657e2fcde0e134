using System.Diagnostics;
using SslFramework.Core.Distributed;
using SslFramework.Core.Processors;
using SslFramework.Core.Storage;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Faults;
using SslFramework.Engine.Training;
using SslFramework.Engine.Training.Checkpoints;
using SslFramework.Host.Experiments;
using SslFramework.Host.Machine;
using SslFramework.Host.Runs;

namespace SslFramework.Host.Training;

/// <summary>The training of one start: resumes from a checkpoint, logs, saves, watches, and rolls back once if numbers go wrong.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly ExperimentParts parts;
    private readonly RunFolder run;
    private readonly StartOptions options;
    private readonly StartingPoint start;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly ViewLoader loader;
    private readonly RunLogs logs;
    private readonly TrainingMonitor? monitor;
    private readonly DataReport data;
    private readonly RunAlarms alarms;
    private readonly Pretrainer pretrainer;
    private readonly IDisk disk;
    private readonly CheckpointFolder folder;
    private readonly CheckpointPolicy checkpoints;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly double secondsBefore;

    private TrainingSession(
        ExperimentParts parts,
        RunFolder run,
        StartOptions options,
        StartingPoint start,
        IReadOnlyDictionary<string, string> environment,
        (ViewLoader Loader, RunLogs Logs, TrainingMonitor? Monitor) opened)
    {
        (this.parts, this.run, this.options, this.start, this.environment) = (parts, run, options, start, environment);
        ((loader, logs, monitor), secondsBefore) = (opened, run.ReadStatus()?.TrainingSeconds ?? 0);
        data = new DataReport(run, loader.Bad, parts.Source);
        var (config, hasFaults) = (parts.Config.Training, !options.Faults.IsEmpty);
        alarms = new RunAlarms(config.OnCollapse, parts.Method, logs, run.Journal);
        var objective = hasFaults ? new FaultyObjective(parts.Objective, options.Faults) : parts.Objective;
        var settings = new PretrainerSettings(parts.Config.Seed, parts.Device, PrecisionOf(parts), options.Group)
        {
            OnIncident = alarms.Report,
            Profile = options.Profile,
            GradientCache = parts.GradientCache,
        };
        pretrainer = new Pretrainer(objective, parts.Optimizer, parts.Schedule, loader, config, settings);
        disk = hasFaults ? FaultyDisk.After(options.Faults, Disk.Instance) : Disk.Instance;
        folder = new CheckpointFolder(run.Checkpoints, disk, run.Journal.Warn);
        Action<TrainingState>? write = IsFirst ? state => folder.Save(state, parts.Objective, parts.Optimizer) : null;
        checkpoints = new CheckpointPolicy(write, config, pretrainer.StepsPerEpoch, TimeProvider.System, run.Journal.Warn);
    }

    /// <summary>Optimizer steps done.</summary>
    public long Step => pretrainer.Step;

    /// <summary>Steps done that no kill can undo.</summary>
    public long SavedStep => checkpoints.SavedStep;

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps => pretrainer.TotalSteps;

    /// <summary>Seconds of training, over all starts.</summary>
    public double Seconds => secondsBefore + clock.Elapsed.TotalSeconds;

    private bool IsFirst => options.Group.Rank == 0;

    private bool HasStepsAskedFor => Step >= options.StopAtStep;

    /// <summary>Opens the logs and the images, and warns of what is known beforehand. Nothing is trained or restored yet.</summary>
    /// <param name="parts">The experiment's.</param>
    /// <param name="run">Where everything is written.</param>
    /// <param name="options">How this start differs from others.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="environment">What the last bits depend on, for checkpoints.</param>
    /// <exception cref="ExperimentException">The images do not fit the batches, or the monitor cannot measure.</exception>
    public static TrainingSession Open(
        ExperimentParts parts, RunFolder run, StartOptions options, StartingPoint start, IReadOnlyDictionary<string, string> environment)
    {
        var logs = new RunLogs(run, run.Journal.Warn);
        var loader = parts.NewLoader(options.Group);
        parts.Source.Notes.ToList().ForEach(run.Journal.Warn);
        if (PrecisionOf(parts) == Precision.Bf16 && !DevicePrecision.HasBf16(parts.Device.type))
        {
            run.Journal.Warn(
                "There are no bf16 instructions that could be used here, and steps will be many times slower; "
                + "set \"precision\": \"auto\" or \"fp32\".");
        }

        var monitor = TrainingMonitor.Open(parts, parts.StepsPerEpoch(loader), options.Group);
        return new TrainingSession(parts, run, options, start, environment, (loader, logs, monitor));
    }

    /// <summary>Restores the checkpoint of this start, or begins at step 0; logs keep what belongs to the steps done.</summary>
    /// <exception cref="ExperimentException">The checkpoint does not fit the experiment.</exception>
    public void Resume()
    {
        if (start.Checkpoint is { } checkpoint)
        {
            if (IsFirst)
            {
                folder.SupersedeNewerThan(checkpoint);
            }

            Restore(checkpoint);
            options.Messages.Note($"Going on from step {SavedStep}.");
        }
        else
        {
            logs.RewindTo(new Dictionary<string, long>(), step: 0);
        }

        foreach (var warning in Step == 0 ? (parts.Objective as IWarningSource)?.Warnings ?? [] : [])
        {
            run.Journal.Warn(warning);
        }
    }

    /// <summary>Trains to the end, to the step asked for, or to a signal, and saves.</summary>
    /// <param name="stop">Signals.</param>
    /// <param name="onSaved">Called after each checkpoint.</param>
    /// <param name="onHung">Called, on another thread, with the reason why training will not go on.</param>
    /// <exception cref="ExperimentException">Training diverged twice, an image cannot be read, or nothing can be saved.</exception>
    public void Run(StopSignals stop, Action onSaved, Action<string> onHung)
    {
        using var progress = new TrainingProgress(parts.Config, pretrainer, loader, parts.Progress, options.Messages);
        using var watchdog = new Watchdog(parts.Config.Training.StepTimeout, seconds => onHung(WhyHung(seconds)));
        pretrainer.OnAlive = watchdog.IsAlive;
        try
        {
            if (!HasStepsAskedFor)
            {
                TrainOrRollBack(KeepOn);
            }
        }
        catch (DivergenceException e)
        {
            var remedy = SavedStep == 0 ? "Nothing was saved yet."
                : $"The checkpoint of step {SavedStep} is sound; go on from it with --override-resume KEY and another --set KEY=VALUE.";
            throw new ExperimentException(FailureKind.Diverged, $"{e.Message}. {remedy}", e);
        }
        catch (Exception) when (pretrainer.TryUndoStep() && SavedStep != Step)
        {
            Save(mustSucceed: false);
            throw;
        }

        if (SavedStep != Step)
        {
            Save(mustSucceed: true);
            onSaved();
        }

        bool KeepOn(StepMetrics? metrics)
        {
            AfterStep(metrics, progress, watchdog);
            var isLast = Step == TotalSteps;
            if (checkpoints.IsDueAfter(Step, pretrainer.IsHealthy, isLast) && Save(mustSucceed: isLast))
            {
                onSaved();
            }

            watchdog.StepEnded();
            return stop.Requested is null && !HasStepsAskedFor && options.Profile is not { IsDone: true };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        data.Update();
        pretrainer.Dispose();
        logs.Dispose();
        loader.Dispose();
        if (disk is FaultyDisk faulty)
        {
            run.Journal.Write($"This start made {faulty.Calls} calls to the disk for checkpoints: faults of saves have numbers up to it.");
        }
    }

    private static Precision PrecisionOf(ExperimentParts parts) => parts.Config.Precision.On(parts.Device.type);

    /// <summary>Trains; if it diverges, it is tried once more from the newest checkpoint, because a machine can be wrong too.</summary>
    private void TrainOrRollBack(Func<StepMetrics?, bool> keepOn)
    {
        try
        {
            pretrainer.Run(keepOn);
        }
        catch (DivergenceException e) when (options.Group.Share(IsFirst ? folder.Newest() : null) is { } sound)
        {
            Restore(sound);
            run.Journal.Warn(
                $"{e.Message}. Training goes back to step {SavedStep}, once: "
                + "where it happens again, it is the data or the learning rate, and not the machine.");
            pretrainer.Run(keepOn);
        }
    }

    /// <summary>Logs, looks at and shows a step, and measures if an epoch has ended whose turn it is.</summary>
    private void AfterStep(StepMetrics? metrics, TrainingProgress progress, Watchdog watchdog)
    {
        if (metrics is not null)
        {
            data.Share(options.Group);
            logs.Add(metrics, Seconds, progress.ImagesPerSecond, loader.Waited.TotalSeconds);
        }

        alarms.AfterStep(metrics);
        if (monitor is not null && watchdog.Apart(() => monitor.After(Step)) is { } measured)
        {
            logs.Add(measured);
            alarms.AfterMeasurement(measured, monitor.Score);
            progress.Measured(measured);
        }

        progress.Report(metrics);
        data.Update();
    }

    private void Restore(string checkpoint)
    {
        var state = TrainingCheckpoint.Restore(checkpoint, parts.Objective, parts.Optimizer);
        foreach (var change in RunEnvironment.Changes(state.Environment, environment))
        {
            run.Journal.Warn($"The last bits may differ from an uninterrupted run: {change}.");
        }

        pretrainer.State = state;
        alarms.Resume(state);
        logs.RewindTo(state.Logs, state.Step);
        checkpoints.SavedStep = state.Step;
    }

    private bool Save(bool mustSucceed) => checkpoints.Save(TakeState, mustSucceed);

    private TrainingState TakeState()
    {
        logs.Sync();
        return alarms.AddTo(pretrainer.State) with { Logs = logs.Lengths, Environment = environment, Data = start.Data };
    }

    private string WhyHung(int seconds)
    {
        var (doing, cause) = checkpoints.IsSaving ? ("writing a checkpoint", "does the disk answer?")
            : pretrainer.IsReading ? ("waiting for images", "does their disk or network answer?")
            : options.Group.Waiting is { } call ? ($"waiting in {call} for the other processes", "one of them is late, or is no more")
            : ("computing", "a plugin or a native library hangs");
        return $"Step {Step + (checkpoints.IsSaving ? 0 : 1)} has not ended in {seconds} s: {doing} ({cause}). "
            + $"The same command goes on from step {SavedStep}; if a step may take so long, raise \"training.stepTimeout\".";
    }
}
