namespace SslFramework.Core.Optimization;

/// <summary>What all schedules share: the rate scaled by the batch, and its linear growth from 0.</summary>
public sealed class WarmUp
{
    private readonly ScheduleOptions options;

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
    /// The rate of a fractional epoch; <paramref name="after"/> gives it once warm-up is over. A rate that changes between epochs only is
    /// that of the epoch's end: from its beginning the first epoch would have 0, and learn nothing.
    /// </summary>
    public double Then(double epoch, Func<double, double> after)
    {
        var e = options.PerEpoch ? Math.Floor(epoch) : epoch;
        return e >= options.WarmupEpochs ? after(e) : Peak * (options.PerEpoch ? Math.Min(1, (e + 1) / options.WarmupEpochs) : e / options.WarmupEpochs);
    }
}
