using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Distributed;
using SslFramework.Engine.Training.Checkpoints;

namespace SslFramework.Engine.Training;

/// <summary>
/// The training loop. Everything random in it is a pure function of (seed, step, sample), so that it can resume at any step.
/// </summary>
internal sealed class Pretrainer : IDisposable
{
    private const int DriftCheckEvery = 100; // steps

    private readonly IPretextObjective objective;
    private readonly ISchedule schedule;
    private readonly ViewLoader loader;
    private readonly TrainingOptions options;
    private readonly PretrainerSettings settings;
    private readonly TrainingStep step;
    private readonly LossMeter meter = new();
    private bool isBeginningEpoch;

    /// <summary>Trains an objective.</summary>
    /// <param name="objective">The objective, on <see cref="PretrainerSettings.Device"/>.</param>
    /// <param name="optimizer">Moves the objective's parameters.</param>
    /// <param name="schedule">The learning rate.</param>
    /// <param name="loader">Reads micro-batches of BatchSize / Accumulation images.</param>
    /// <param name="options">Epochs, batch and the like.</param>
    /// <param name="settings">Seed, device, precision.</param>
    /// <exception cref="ExperimentException">The batch cannot be cut into micro-batches, or there are too few images.</exception>
    public Pretrainer(
        IPretextObjective objective, IOptimizer optimizer, ISchedule schedule, ViewLoader loader, TrainingOptions options,
        PretrainerSettings settings)
    {
        (this.objective, this.schedule, this.loader, this.options, this.settings) = (objective, schedule, loader, options, settings);
        StepsPerEpoch = loader.BatchesPerEpoch / options.Accumulation;
        if (StepsPerEpoch == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"An epoch has {loader.BatchesPerEpoch} micro-batches, fewer than \"training.accumulation\" ({options.Accumulation}); "
                + "lower it or \"training.batchSize\".");
        }

        step = new TrainingStep(
            settings.Profile is { } profile ? new TimedObjective(objective, profile) : objective, optimizer, options, settings);
    }

    /// <summary>Optimizer steps per epoch; images that do not fill a batch wait for the next shuffle.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps => StepsPerEpoch * options.Epochs;

    /// <summary>Called for every batch that an objective reads before an epoch: training goes on, though no step ends.</summary>
    public Action OnAlive { get; set; } = () => { };

    /// <summary>Optimizer steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Whether the last step was accepted. Do not checkpoint after a skipped step: the next one may be skipped as well.</summary>
    public bool IsHealthy => !step.Guard.Skipped.Contains(Step);

    /// <summary>Whether the current step waits for images. Other threads may read it.</summary>
    public bool IsReading => loader.IsWaiting;

    /// <summary>How many buckets of gradients were sent while others were still being computed, and how many were sent in all.</summary>
    public (long Early, long All) Buckets => step.Buckets;

    /// <summary>The state of the loop, for a checkpoint; set it to resume from one.</summary>
    public TrainingState State
    {
        get => new()
        {
            Step = Step,
            LossSum = meter.Sum,
            LossCount = meter.Count,
            SkippedSteps = step.Guard.Skipped,
            RecentLosses = step.Guard.RecentLosses,
        };
        set
        {
            (Step, meter.Sum, meter.Count) = (value.Step, value.LossSum, value.LossCount);
            (step.Guard.Skipped, step.Guard.RecentLosses) = (value.SkippedSteps, value.RecentLosses);
            step.Reset();
        }
    }

    /// <summary>
    /// Trains until the end, or until <paramref name="keepOn"/> returns false in any of the processes. Modules keep their
    /// mode: a module that an objective has put in evaluation mode stays in it.
    /// </summary>
    /// <param name="keepOn">Called after every step with the interval's metrics if an interval has ended, else with null.</param>
    /// <exception cref="DivergenceException">Loss or gradients were not finite again and again.</exception>
    /// <exception cref="ExperimentException">An image cannot be read.</exception>
    public void Run(Func<StepMetrics?, bool> keepOn)
    {
        settings.Group.Share(objective.Module);
        var isWanted = true;
        while (isWanted && Step < TotalSteps)
        {
            var (epoch, done) = Math.DivRem(Step, StepsPerEpoch);
            if (done == 0)
            {
                BeginEpoch((int)epoch);
            }

            using var batches = Batches((int)epoch, (int)done * options.Accumulation);
            for (; isWanted && done < StepsPerEpoch; done++)
            {
                isWanted = settings.Group.All(keepOn(TakeStep(batches)));
            }
        }
    }

    /// <summary>Restores what the failed step has changed, after an exception from <see cref="Run"/>.</summary>
    /// <returns>Whether everything is as it was after <see cref="Step"/> steps; false if the weights were being changed.</returns>
    public bool TryUndoStep() => !isBeginningEpoch && step.TryUndo();

    /// <summary>Frees what the loop owns. Objective, optimizer and loader belong to the caller.</summary>
    public void Dispose() => step.Dispose();

    /// <summary>Lets the objective look at all images.</summary>
    private void BeginEpoch(int epoch)
    {
        isBeginningEpoch = true;
        using (no_grad())
        using (NewDisposeScope())
        {
            var random = new StepRandom(settings.Seed, -1 - epoch);
            objective.BeginEpoch(new(epoch, options.Epochs, random, settings.Replicas, settings.Device, views => InOrder(epoch, views)));
        }

        isBeginningEpoch = false;
    }

    private IEnumerable<ViewBatch> InOrder(int epoch, IAugmentation? views)
    {
        foreach (var batch in loader.ReadInOrder(epoch, views))
        {
            using var scope = NewDisposeScope();
            yield return settings.OnDevice(batch);
            OnAlive();
        }
    }

    private IEnumerator<ViewBatch> Batches(int epoch, int first)
    {
        var batches = loader.Read(epoch, first).GetEnumerator();
        return settings.Profile is { } profile ? new TimedBatches(batches, profile) : batches;
    }

    private StepMetrics? TakeStep(IEnumerator<ViewBatch> batches)
    {
        using var scope = NewDisposeScope();
        var context = settings.ContextOf(Step, StepsPerEpoch, options.Epochs, schedule);
        StepTaken taken;
        using (settings.Profile?.BeginStep())
        {
            taken = step.Take(batches, context, schedule.Peak);
        }

        Step++;
        if (taken.IsAccepted)
        {
            meter.Add(taken.Numbers.Loss);
        }

        if (settings.Group.Count > 1 && (Step % DriftCheckEvery == 0 || Step == TotalSteps))
        {
            Drift.Check(settings.Group, objective.Module, Step);
        }

        var isEndOfEpoch = Step % StepsPerEpoch == 0;
        return isEndOfEpoch || Step % options.LogEvery == 0
            ? Metrics(
                taken,
                context.LearningRate,
                isEndOfEpoch ? FeatureHealth.Of(objective, settings.OnDevice(batches.Current), settings.Replicas) : null)
            : null;
    }

    private StepMetrics Metrics(StepTaken taken, double learningRate, FeatureHealth? features)
    {
        var metrics = StepMetrics.Averaged(taken.Result, settings.Group);
        return StepMetrics.Read(Step, StepsPerEpoch, meter.TakeMean(), learningRate, taken.Numbers, metrics, features);
    }
}
