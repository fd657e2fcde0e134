using System.Diagnostics;
using System.Globalization;
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
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Training;

/// <summary>The training of a run: goes on from the last checkpoint, logs, saves, and goes back once where numbers go wrong.</summary>
internal sealed class Pretraining : IDisposable
{
    private readonly ExperimentParts parts;
    private readonly RunFolder run;
    private readonly TrainingRequest request;
    private readonly IProcessGroup group;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly StartingPoint start;
    private readonly ViewLoader loader;
    private readonly DataReport data;
    private readonly Pretrainer pretrainer;
    private readonly CheckpointFolder checkpoints;
    private readonly CheckpointSaver saver;
    private readonly RunLogs logs;
    private readonly CollapseAlarm collapse;
    private readonly DropAlarm drop;
    private readonly int? stepTimeout;
    private readonly LiveTensorMeter leaks = new();
    private readonly TrainingMonitor? monitor;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly double secondsBefore;
    private readonly FaultyDisk? faulty;
    private long saved;
    private bool due;
    private double? score;
    private volatile bool isSaving;

    internal Pretraining(ExperimentConfig config, ExperimentParts parts, RunFolder run, TrainingRequest request, StartingPoint start, IReadOnlyDictionary<string, string> environment)
    {
        (this.parts, this.run, this.request, this.start, this.environment, group) = (parts, run, request, start, environment, request.Group);
        secondsBefore = run.ReadStatus()?.TrainingSeconds ?? 0;
        logs = new RunLogs(run, run.Journal.Warn);
        loader = parts.NewLoader(group);
        data = new DataReport(run, loader.Bad, parts.Source);
        parts.Source.Notes.ToList().ForEach(run.Journal.Warn);
        var precision = config.Precision.On(parts.Device.type);
        if (precision == Precision.Bf16 && !DevicePrecision.HasBf16(parts.Device.type))
        {
            run.Journal.Warn("There are no bf16 instructions that could be used here, and steps will be many times slower; set \"precision\": \"auto\" or \"fp32\".");
        }

        var settings = new PretrainerSettings(config.Seed, parts.Device, precision, group) { OnIncident = Report, Profile = request.Profile, GradientCache = parts.GradientCache };
        var objective = request.Faults.IsEmpty ? parts.Objective : new FaultyObjective(parts.Objective, request.Faults);
        pretrainer = new Pretrainer(objective, parts.Optimizer, parts.Schedule, loader, config.Training, settings);
        faulty = request.Faults.IsEmpty ? null : FaultyDisk.After(request.Faults, Disk.Instance);
        checkpoints = new CheckpointFolder(run.Checkpoints, (IDisk?)faulty ?? Disk.Instance, run.Journal.Warn);
        saver = new CheckpointSaver(checkpoints, config.Training, pretrainer.StepsPerEpoch, TimeProvider.System, run.Journal.Warn);
        (collapse, drop, stepTimeout) = (new CollapseAlarm(config.Training.OnCollapse, Report), new DropAlarm(Report), config.Training.StepTimeout);
        monitor = config.Monitor is null ? null : new TrainingMonitor(config.Monitor, config.Evaluation, parts, pretrainer.StepsPerEpoch, group);
        GoOn();
        foreach (var warning in Step == 0 ? (parts.Objective as IWarningSource)?.Warnings ?? [] : [])
        {
            run.Journal.Warn(warning);
        }

        Progress = new TrainingProgress(config, pretrainer, loader, parts.Progress, request.Verbosity);
    }

    public long Step => pretrainer.Step;

    /// <summary>Steps done that no kill can undo.</summary>
    public long SavedStep => saved;

    public long TotalSteps => pretrainer.TotalSteps;

    /// <summary>Seconds of training, over all starts.</summary>
    public double Seconds => secondsBefore + clock.Elapsed.TotalSeconds;

    private TrainingProgress Progress { get; }

    private bool HasStepsAskedFor => pretrainer.Step >= request.StopAtStep;

    /// <summary>Trains to the end, to the step asked for, or to a signal, and saves.</summary>
    /// <param name="stop">Signals.</param>
    /// <param name="onSaved">Called after each checkpoint.</param>
    /// <param name="onHung">Called, on another thread, with the reason why training will not go on.</param>
    public void Run(StopSignals stop, Action onSaved, Action<string> onHung)
    {
        using var watchdog = new Watchdog(stepTimeout, seconds => onHung(WhyHung(seconds)));
        try
        {
            try
            {
                if (!HasStepsAskedFor)
                {
                    pretrainer.Run(AfterStep);
                }
            }
            catch (DivergenceException e) when (group.Share(group.Rank == 0 ? checkpoints.Newest() : null) is { } sound)
            {
                GoBackTo(sound, e);
                pretrainer.Run(AfterStep);
            }
        }
        catch (DivergenceException e)
        {
            throw new ExperimentException(
                FailureKind.Diverged, $"{e.Message}. {(saved > 0 ? $"The checkpoint of step {saved} is sound; go on from it with --override-resume KEY and another --set KEY=VALUE." : "Nothing was saved yet.")}", e);
        }
        catch (Exception) when (pretrainer.TryUndoStep() && saved != pretrainer.Step)
        {
            Save(mustSucceed: false);
            throw;
        }

        if (saved != pretrainer.Step)
        {
            Save(mustSucceed: true);
            onSaved();
        }

        bool AfterStep(StepMetrics? metrics)
        {
            if (metrics is not null)
            {
                data.Share(group);
                logs.Add(metrics, Seconds, Progress.ImagesPerSecond, loader.Waited.TotalSeconds);
                collapse.Look(metrics);
            }

            if (leaks.AfterStep() is { } each)
            {
                run.Journal.Warn(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{parts.Method} leaves {each:0.#} tensors behind at every step: their memory grows until the run ends. Let them die in the step, and change what must stay in place."));
            }

            score = null;
            if (monitor is not null && watchdog.Apart(() => monitor.After(pretrainer.Step)) is { } measured)
            {
                logs.Add(measured);
                score = drop.Look(measured, monitor.Score);
                Progress.Measured(measured);
            }

            Progress.Report(metrics);
            data.Update();
            due |= saver.IsDue(pretrainer.Step);
            if (due && (pretrainer.IsHealthy || pretrainer.Step == TotalSteps) && Save(mustSucceed: pretrainer.Step == TotalSteps))
            {
                onSaved();
            }

            watchdog.StepEnded();
            return stop.Requested is null && !HasStepsAskedFor && request.Profile is not { IsDone: true };
        }
    }

    public void Dispose()
    {
        Progress.Dispose();
        data.Update();
        pretrainer.Dispose();
        logs.Dispose();
        loader.Dispose();
        if (faulty is not null)
        {
            run.Journal.Write($"This start made {faulty.Calls} calls to the disk for checkpoints: faults of saves have numbers up to it.");
        }
    }

    private void GoOn()
    {
        if (start.Checkpoint is null)
        {
            logs.RewindTo(new Dictionary<string, long>(), step: 0);
            return;
        }

        if (group.Rank == 0)
        {
            checkpoints.SupersedeNewerThan(start.Checkpoint);
        }

        Restore(start.Checkpoint);
        if (request.Verbosity != Verbosity.Quiet)
        {
            Console.Error.WriteLine($"Going on from step {saved}.");
        }
    }

    private void GoBackTo(string checkpoint, DivergenceException e)
    {
        Restore(checkpoint);
        run.Journal.Warn($"{e.Message}. Training goes back to step {saved}, once: where it happens again, it is the data or the learning rate, and not the machine.");
    }

    private void Restore(string checkpoint)
    {
        var state = TrainingCheckpoint.Restore(checkpoint, parts.Objective, parts.Optimizer);
        foreach (var change in RunEnvironment.Changes(state.Environment, environment))
        {
            run.Journal.Warn($"The last bits may differ from an uninterrupted run: {change}.");
        }

        pretrainer.State = state;
        (collapse.Times, drop.Best, drop.HasDropped) = (state.CollapsedEpochs, state.BestScore, state.HasDropped);
        logs.RewindTo(state.Logs, state.Step);
        saved = state.Step;
    }

    private bool Save(bool mustSucceed)
    {
        due = false;
        isSaving = true;
        logs.Sync();
        var state = pretrainer.State with
        {
            Logs = logs.Lengths,
            Environment = environment,
            Data = start.Data,
            CollapsedEpochs = collapse.Times,
            Score = score,
            BestScore = drop.Best,
            HasDropped = drop.HasDropped,
        };
        var isSaved = group.Rank > 0 || saver.Save(state, parts, mustSucceed);
        isSaving = false;
        saved = isSaved ? state.Step : saved;
        return isSaved;
    }

    private string WhyHung(int seconds)
    {
        var (doing, cause) = isSaving ? ("writing a checkpoint", "does the disk answer?")
            : pretrainer.IsReading ? ("waiting for images", "does their disk or network answer?")
            : group.Waiting is { } call ? ($"waiting in {call} for the other processes", "one of them is late, or is no more")
            : ("computing", "a plugin or a native library hangs");
        return $"Step {pretrainer.Step + (isSaving ? 0 : 1)} has not ended in {seconds} s: {doing} ({cause}). The same command goes on from step {saved}; if a step may take so long, raise \"training.stepTimeout\".";
    }

    private void Report(Incident incident)
    {
        logs.Add(incident);
        run.Journal.Warn(incident.Sentence);
    }
}
