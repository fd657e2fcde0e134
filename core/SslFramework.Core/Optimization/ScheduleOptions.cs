using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options that every schedule has.</summary>
public abstract record ScheduleOptions
{
    /// <summary>The highest learning rate, before <see cref="Scaling"/>.</summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.03;

    /// <summary>How the rate grows with the batch.</summary>
    public LearningRateScaling Scaling { get; init; } = LearningRateScaling.None;

    /// <summary>Epochs of linear growth from <see cref="WarmupStart"/>.</summary>
    [Range(0.0, 100_000.0)]
    public double WarmupEpochs { get; init; }

    /// <summary>The rate that the warm-up begins with. It is absolute and does not scale with the batch.</summary>
    [Range(0.0, 1000.0)]
    public double WarmupStart { get; init; }

    /// <summary>
    /// Whether the last step of the warm-up has the highest rate already, as in DINO and SwAV, and not the step after it.
    /// </summary>
    public bool WarmupReachesPeak { get; init; }

    /// <summary>Whether the rate changes between epochs only, as in MoCo v1.</summary>
    public bool PerEpoch { get; init; }
}
