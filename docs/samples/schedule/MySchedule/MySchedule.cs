using System.ComponentModel.DataAnnotations;

namespace MySchedule;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyScheduleOptions : ScheduleOptions
{
    /// <summary>The exponent of the decay; 1 is a straight line.</summary>
    [Range(0.01, 100.0)]
    public double Power { get; init; } = 1;
}

/// <summary>
/// Polynomial decay after warm-up: lr·(1 − (e − W)/(E − W))^power, e of E epochs with W of warm-up, as in Chen et al. 2017,
/// https://arxiv.org/abs/1606.00915. Put your own schedule here.
/// </summary>
/// <param name="options">Rate, warm-up and power.</param>
/// <param name="run">How long the run is.</param>
public sealed class MySchedule(MyScheduleOptions options, RunLength run) : ISchedule
{
    private readonly WarmUp warmUp = new(options, run);

    /// <inheritdoc/>
    public double Peak => warmUp.Peak;

    /// <inheritdoc/>
    public double LearningRate(double epoch) => warmUp.Then(epoch, Decay);

    private double Decay(double epoch)
    {
        var length = run.Epochs - options.WarmupEpochs;
        var progress = length > 0 ? Math.Min(1, (epoch - options.WarmupEpochs) / length) : 1;
        return warmUp.Peak * Math.Pow(1 - progress, options.Power);
    }
}
