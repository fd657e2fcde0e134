using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="StepsSchedule"/>.</summary>
public sealed record StepsOptions : ScheduleOptions, IValidatableObject
{
    /// <summary>Epochs at which the rate falls, ascending.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [120, 160];

    /// <summary>Factor on the rate at each milestone.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Factor { get; init; } = 0.1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var before = 0.0;
        foreach (var milestone in Milestones)
        {
            if (!(milestone > before))
            {
                yield return new ValidationResult("\"milestones\" must be above 0 and ascend.", [nameof(Milestones)]);
                yield break;
            }

            before = milestone;
        }

        if (Milestones.Count > 0 && WarmupEpochs > Milestones[0])
        {
            yield return new ValidationResult(
                "\"warmupEpochs\" is beyond the first of \"milestones\".", [nameof(WarmupEpochs), nameof(Milestones)]);
        }
    }
}

/// <summary>Linear warm-up, then a rate that falls by a factor at each milestone.</summary>
public sealed class StepsSchedule : ISchedule
{
    private readonly StepsOptions options;
    private readonly WarmUp warmUp;

    /// <summary>Makes the schedule.</summary>
    /// <exception cref="ExperimentException">The warm-up is longer than the run.</exception>
    public StepsSchedule(StepsOptions options, RunLength run)
    {
        this.options = options;
        warmUp = new WarmUp(options, run);
    }

    /// <inheritdoc/>
    public double Peak => warmUp.Peak;

    /// <inheritdoc/>
    public double LearningRate(double epoch) => warmUp.Then(
        epoch, e => warmUp.Peak * Math.Pow(options.Factor, options.Milestones.Count(milestone => milestone <= e)));
}
