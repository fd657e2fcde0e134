using System.Runtime.InteropServices;
using SslFramework.Core.Data.Loading;
using SslFramework.Core.Distributed;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;
using SslFramework.Core.Training.Checkpoints;

namespace SslFramework.Core.Training;

/// <summary>The training loop. Everything random in it is a pure function of (seed, step, sample), so it goes on anywhere.</summary>
public sealed class Pretrainer : IDisposable
{
    private const int DriftCheckEvery = 100; // steps

    private readonly IPretextObjective objective;
    private readonly IOptimizer optimizer;
    private readonly ISchedule schedule;
    private readonly ViewLoader loader;
    private readonly TrainingOptions options;
    private readonly PretrainerSettings settings;
    private readonly Parameter[] parameters;
    private readonly LossMeter meter = new();
    private readonly NumericsGuard guard;
    private readonly BufferSnapshot buffers;
    private readonly GradientAverage average;
    private readonly IReadOnlyList<IDisposable> sharedNorms;
    private StepPhase phase;
    private volatile bool isReading;

    /// <summary>Trains an objective.</summary>
    /// <param name="objective">On <see cref="PretrainerSettings.Device"/>.</param>
    /// <param name="optimizer">Over the objective's parameters.</param>
    /// <param name="schedule">The learning rate.</param>
    /// <param name="loader">Micro-batches of BatchSize / Accumulation images.</param>
    /// <param name="options">Epochs, batch and the like.</param>
    /// <param name="settings">Seed, device, precision.</param>
    /// <exception cref="ExperimentException">The batch cannot be cut into micro-batches, or there are too few images.</exception>
    public Pretrainer(
        IPretextObjective objective, IOptimizer optimizer, ISchedule schedule, ViewLoader loader, TrainingOptions options, PretrainerSettings settings)
    {
        (this.objective, this.optimizer, this.schedule, this.loader) = (objective, optimizer, schedule, loader);
        (this.options, this.settings) = (options, settings);
        parameters = [.. objective.Module.parameters().Where(p => p.requires_grad)];
        StepsPerEpoch = loader.BatchesPerEpoch / options.Accumulation;
        if (StepsPerEpoch == 0)
        {
            throw new ExperimentException(
                ExitCode.Config, $"An epoch has {loader.BatchesPerEpoch} micro-batches, fewer than \"training.accumulation\" ({options.Accumulation}); lower it or \"training.batchSize\".");
        }

        guard = new NumericsGuard(settings.OnIncident);
        buffers = new BufferSnapshot(objective.Module);
        average = new GradientAverage(settings.Group, objective.Module, settings.BucketBytes, settings.OverlapExchange);
        sharedNorms = SharedBatchNorm.Within(objective.Module, settings.Replicas);
    }

    /// <summary>Optimizer steps an epoch; images that do not fill a batch wait for the next shuffle.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps => StepsPerEpoch * options.Epochs;

    /// <summary>Optimizer steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Whether the last step was taken. A checkpoint is not worth much where it was not: the next may be as bad.</summary>
    public bool IsHealthy => !guard.Skipped.Contains(Step);

    /// <summary>Whether the step at hand waits for images. Other threads may ask.</summary>
    public bool IsReading => isReading;

    /// <summary>How many buckets of gradients began to be exchanged while others were still computed, of how many.</summary>
    public (long Early, long All) Buckets => (average.SentEarly, average.Sent);

    /// <summary>Where the loop stands, for a checkpoint; set it to go on from one.</summary>
    public TrainingState State
    {
        get => new() { Step = Step, LossSum = meter.Sum, LossCount = meter.Count, SkippedSteps = guard.Skipped, RecentLosses = guard.RecentLosses };
        set
        {
            (Step, meter.Sum, meter.Count, phase) = (value.Step, value.LossSum, value.LossCount, StepPhase.Between);
            (guard.Skipped, guard.RecentLosses) = (value.SkippedSteps, value.RecentLosses);
        }
    }

    /// <summary>
    /// Trains until the end, or until <paramref name="keepOn"/> says no, in any of the processes. Modules keep the mode that they have:
    /// what an objective has put in evaluation mode stays so.
    /// </summary>
    /// <param name="keepOn">Called after every step with the interval's metrics where there are some, else null.</param>
    /// <exception cref="DivergenceException">Loss or gradients were not finite again and again.</exception>
    /// <exception cref="ExperimentException">An image cannot be read.</exception>
    public void Run(Func<StepMetrics?, bool> keepOn)
    {
        settings.Group.Share(objective.Module);
        var goOn = true;
        while (goOn && Step < TotalSteps)
        {
            var (epoch, done) = Math.DivRem(Step, StepsPerEpoch);
            using var batches = loader.Read((int)epoch, (int)done * options.Accumulation).GetEnumerator();
            for (; goOn && done < StepsPerEpoch; done++)
            {
                goOn = settings.Group.All(keepOn(TakeStep(batches)));
            }
        }
    }

    /// <summary>After an exception from <see cref="Run"/>: gives back what the step that failed has changed.</summary>
    /// <returns>Whether all is as it was after <see cref="Step"/> steps; not so where the weights were being changed.</returns>
    public bool TryUndoStep()
    {
        if (phase == StepPhase.Computing)
        {
            buffers.Restore();
        }

        return phase == StepPhase.Between || (phase == StepPhase.Computing && buffers.IsComplete);
    }

    /// <summary>Frees what the loop keeps. Objective, optimizer and loader are the caller's.</summary>
    public void Dispose()
    {
        buffers.Dispose();
        average.Dispose();
        foreach (var norm in sharedNorms)
        {
            norm.Dispose();
        }
    }

    private StepMetrics? TakeStep(IEnumerator<ViewBatch> batches)
    {
        using var scope = NewDisposeScope();
        settings.Profile?.Enter(StepPart.Other);
        var step = settings.ContextOf(Step, StepsPerEpoch, options.Epochs);
        settings.SeedLayers(Step);
        buffers.Take();
        phase = StepPhase.Computing;
        objective.Module.zero_grad();

        var (losses, samples) = (new List<Tensor>(), new List<long>());
        StepResult? result = null;
        for (var micro = 0; micro < options.Accumulation; micro++)
        {
            settings.Profile?.Enter(StepPart.Data);
            isReading = true;
            batches.MoveNext();
            isReading = false;
            var views = settings.OnDevice(batches.Current);
            settings.Profile?.Enter(StepPart.Forward);
            if (micro == options.Accumulation - 1)
            {
                average.BeginLoss();
            }

            using (settings.GradientCache?.Record())
            using (settings.Autocast())
            {
                result = objective.ComputeLoss(views, step);
            }

            settings.Profile?.Enter(StepPart.Backward);
            average.BeginBackward();
            Backward(result.Loss);
            settings.GradientCache?.Backward(settings.Autocast);
            Recomputation.ThrowIfFailed();
            (settings.Replicas as GroupReplicas)?.ThrowIfFailed();
            losses.Add(result.Loss.detach());
            samples.AddRange(views.Indices);
        }

        string[] untrained = Step > 0 ? [] : [.. objective.Module.named_parameters().Where(p => p.parameter.requires_grad && p.parameter.grad is null).Select(p => p.name)];
        average.Take();
        settings.Profile?.Enter(StepPart.Optimizer);
        objective.BeforeUpdate(step);
        var norm = Gradients.Norm(parameters);
        settings.Profile?.Enter(StepPart.Other);
        var numbers = StepNumbers.Read(step, settings, losses, norm, samples);
        var learningRate = schedule.LearningRate(step.Epoch);
        if (untrained.Length > 0)
        {
            settings.OnIncident(numbers.AsIncident("untrained", $"The first step gave no gradient to {Named(untrained)}, and what gets none is not trained; use it in the loss, or set its requires_grad to false."));
        }

        if (guard.Accepts(numbers))
        {
            Update(step, norm, learningRate);
            meter.Add(numbers.Loss);
        }
        else
        {
            buffers.Restore();
            buffers.EnsureFinite();
        }

        Step++;
        phase = StepPhase.Between;
        settings.Profile?.EndStep();
        if (settings.Group.Count > 1 && (Step % DriftCheckEvery == 0 || Step == TotalSteps))
        {
            Drift.Check(settings.Group, objective.Module, Step);
        }

        var ended = Step % StepsPerEpoch == 0;
        return ended || Step % options.LogEvery == 0
            ? StepMetrics.Read(Step, StepsPerEpoch, meter.TakeMean(), learningRate, numbers, StepMetrics.Averaged(result!, settings.Group), ended ? FeatureHealth.Of(objective, settings.OnDevice(batches.Current), settings.Replicas) : null)
            : null;
    }

    /// <exception cref="ObjectiveException">
    /// The loss has no gradient, or its graph cannot be gone through: no frame of the objective's is on the stack.
    /// </exception>
    private void Backward(Tensor loss)
    {
        if (!loss.requires_grad)
        {
            throw new ObjectiveException("The loss has no gradient, because it was detached or computed under no_grad; compute it from the parameters.");
        }

        try
        {
            (loss / options.Accumulation).backward();
        }
        catch (ExternalException e)
        {
            throw new ObjectiveException(
                e.Message.Contains("backward through the graph a second time", StringComparison.Ordinal)
                    ? "The loss reaches back into an earlier step, whose graph is gone; call detach() on what is kept from one step to the next."
                    : $"The backward of the loss failed with {e.Message.Split('\n')[0].TrimEnd('.', '\r', ' ')}; is a tensor that the gradient needs changed in place?",
                e);
        }
    }

    private static string Named(string[] parameters) => string.Join(", ", parameters.Take(5).Select(name => $"\"{name}\""))
        + (parameters.Length > 5 ? $" and {parameters.Length - 5} more parameters" : "");

    private void Update(StepContext step, Tensor norm, double learningRate)
    {
        phase = StepPhase.Updating;
        settings.Profile?.Enter(StepPart.Optimizer);
        if (options.ClipNorm is { } limit)
        {
            Gradients.Shorten(parameters, norm, limit);
        }

        optimizer.Step(learningRate);
        settings.Profile?.Enter(StepPart.AfterUpdate);
        using (no_grad())
        {
            objective.AfterUpdate(step);
        }
    }

    private enum StepPhase
    {
        Between,
        Computing, // changes buffers
        Updating, // changes weights
    }
}
