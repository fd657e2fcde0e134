using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
internal sealed record CosineOptions : ScheduleOptions, IValidatableObject
{
    /// <summary>The rate at the end of the run. It is absolute and does not scale with the batch.</summary>
    [Range(0.0, 1000.0)]
    public double Minimum { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Scaling == LearningRateScaling.None && Minimum > LearningRate)
        {
            yield return new ValidationResult("\"minimum\" is above \"learningRate\".", [nameof(Minimum), nameof(LearningRate)]);
        }
    }
}

/// <summary>
/// Linear warm-up, then half a cosine down: lr·e/W for e &lt; W, then min + (lr − min)·½(1 + cos π(e − W)/(E − W)).
/// Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983
/// </summary>
internal sealed class CosineSchedule : ISchedule
{
    private readonly CosineOptions options;
    private readonly RunLength run;
    private readonly WarmUp warmUp;

    /// <summary>Makes the schedule.</summary>
    /// <exception cref="ExperimentException">The warm-up is longer than the run, or the minimum above the scaled rate.</exception>
    public CosineSchedule(CosineOptions options, RunLength run)
    {
        (this.options, this.run) = (options, run);
        warmUp = new WarmUp(options, run);
        if (options.Minimum > warmUp.Peak)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The schedule's \"minimum\" {options.Minimum} is above its learning rate, which is {warmUp.Peak} "
                + $"at a batch of {run.BatchSize} images; lower \"minimum\".");
        }
    }

    /// <inheritdoc/>
    public double Peak => warmUp.Peak;

    /// <inheritdoc/>
    public double LearningRate(double epoch) => warmUp.Then(epoch, Decline);

    private double Decline(double epoch)
    {
        var length = run.Epochs - options.WarmupEpochs;
        var progress = length > 0 ? Math.Min(1, (epoch - options.WarmupEpochs) / length) : 1;
        return options.Minimum + ((warmUp.Peak - options.Minimum) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    }
}
