namespace SslFramework.Core.Optimization;

/// <summary>The part that all schedules share: the rate scaled by the batch, and its linear growth.</summary>
public sealed class WarmUp
{
    private readonly ScheduleOptions options;
    private readonly double length;

    /// <summary>Reads the options for a run.</summary>
    /// <exception cref="ExperimentException">The warm-up is longer than the run.</exception>
    public WarmUp(ScheduleOptions options, RunLength run)
    {
        if (options.WarmupEpochs > run.Epochs)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The schedule warms up for {options.WarmupEpochs} epochs, but the run has {run.Epochs}; lower \"warmupEpochs\".");
        }

        this.options = options;
        var early = options.WarmupReachesPeak && run.StepsPerEpoch > 0 ? 1.0 / run.StepsPerEpoch : 0;
        length = options.WarmupEpochs > early ? options.WarmupEpochs - early : options.WarmupEpochs;
        Peak = options.LearningRate * options.Scaling switch
        {
            LearningRateScaling.Linear => run.BatchSize / 256.0,
            LearningRateScaling.SquareRoot => Math.Sqrt(run.BatchSize),
            _ => 1,
        };
    }

    /// <summary>The rate at the end of the warm-up.</summary>
    public double Peak { get; }

    /// <summary>
    /// The rate at a fractional epoch; <paramref name="after"/> gives it after the warm-up. A rate that changes between epochs only is
    /// that of the epoch's end: with that of its beginning, the first epoch would have 0 and learn nothing.
    /// </summary>
    public double Then(double epoch, Func<double, double> after)
    {
        var e = options.PerEpoch ? Math.Floor(epoch) : epoch;
        if (e >= options.WarmupEpochs)
        {
            return after(e);
        }

        var done = options.PerEpoch ? Math.Min(1, (e + 1) / options.WarmupEpochs) : e / length;
        return options.WarmupStart == 0 ? Peak * done : options.WarmupStart + ((Peak - options.WarmupStart) * done);
    }
}
