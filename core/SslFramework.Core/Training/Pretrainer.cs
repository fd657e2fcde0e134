using SslFramework.Core.Data;
using SslFramework.Core.Optimization;

namespace SslFramework.Core.Training;

/// <summary>The training loop. Everything random in it is a pure function of (seed, step, sample), so it goes on anywhere.</summary>
public sealed class Pretrainer
{
    private readonly IPretextObjective objective;
    private readonly IOptimizer optimizer;
    private readonly ISchedule schedule;
    private readonly ViewLoader loader;
    private readonly TrainingOptions options;
    private readonly PretrainerSettings settings;
    private readonly Parameter[] parameters;

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
    }

    /// <summary>Optimizer steps an epoch; images that do not fill a batch wait for the next shuffle.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps => StepsPerEpoch * options.Epochs;

    /// <summary>Optimizer steps done; set it to go on from a checkpoint.</summary>
    public long Step { get; set; }

    /// <summary>Trains until the end, or until <paramref name="keepOn"/> says no.</summary>
    /// <param name="keepOn">Called after every step with the interval's metrics where there are some, else null.</param>
    /// <exception cref="ExperimentException">The loss is not finite, or an image cannot be read.</exception>
    public void Run(Func<StepMetrics?, bool> keepOn)
    {
        objective.Module.train();
        var meter = new LossMeter();
        var goOn = true;
        while (goOn && Step < TotalSteps)
        {
            var (epoch, done) = Math.DivRem(Step, StepsPerEpoch);
            using var batches = loader.Read((int)epoch, (int)done * options.Accumulation).GetEnumerator();
            for (; goOn && done < StepsPerEpoch; done++)
            {
                goOn = keepOn(TakeStep(batches, meter));
            }
        }
    }

    private StepMetrics? TakeStep(IEnumerator<ViewBatch> batches, LossMeter meter)
    {
        using var scope = NewDisposeScope();
        var step = ContextOf(Step);
        manual_seed(StreamOf(Step)); // dropout and the like: a function of the step, not of history
        objective.Module.zero_grad();

        StepResult? result = null;
        for (var micro = 0; micro < options.Accumulation; micro++)
        {
            batches.MoveNext();
            var views = OnDevice(batches.Current);
            using (settings.Autocast())
            {
                result = objective.ComputeLoss(views, step);
            }

            EnsureFinite(meter.Add(result.Loss), views);
            (result.Loss / options.Accumulation).backward();
        }

        objective.BeforeUpdate(step);
        var norm = options.ClipNorm is { } limit ? Gradients.ClipNorm(parameters, limit) : null;
        var learningRate = schedule.LearningRate(step.Epoch);
        optimizer.Step(learningRate);
        using (no_grad())
        {
            objective.AfterUpdate(step);
        }

        Step++;
        return Step % options.LogEvery == 0 || Step == TotalSteps ? Read(result!, meter, learningRate, norm) : null;
    }

    private StepContext ContextOf(long step) => new(
        step, TotalSteps, (double)step / StepsPerEpoch, options.Epochs, new StepRandom(settings.Seed, step), settings.Replicas);

    private long StreamOf(long step) => (long)(new SampleRandom((ulong)settings.Seed, (ulong)step, 0, 0).NextBits() >> 1);

    private ViewBatch OnDevice(ViewBatch batch) => settings.Device.type == DeviceType.CPU
        ? batch
        : new ViewBatch([.. batch.Views.Select(view => view.to(settings.Device, non_blocking: true))], batch.Indices);

    private void EnsureFinite(double loss, ViewBatch views)
    {
        if (!double.IsFinite(loss))
        {
            throw new ExperimentException(
                ExitCode.Diverged,
                $"The loss is {loss} at step {Step + 1} (epoch {(double)Step / StepsPerEpoch:F2}, images {string.Join(", ", views.Indices.Take(4))}, …), "
                + "and the weights before it are unchanged; lower \"schedule.learningRate\" or set \"training.clipNorm\".");
        }
    }

    private StepMetrics Read(StepResult result, LossMeter meter, double learningRate, Tensor? norm)
    {
        var values = new Dictionary<string, double> { ["loss"] = meter.TakeMean(), ["learningRate"] = learningRate };
        if (norm is not null)
        {
            values["gradientNorm"] = norm.ToDouble();
        }

        foreach (var (name, value) in result.Metrics)
        {
            values[name] = value.ToDouble();
        }

        return new StepMetrics(Step, (double)Step / StepsPerEpoch, values);
    }
}
