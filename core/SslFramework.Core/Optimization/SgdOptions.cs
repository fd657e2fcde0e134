using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="Sgd"/>.</summary>
public sealed record SgdOptions : IValidatableObject
{
    /// <summary>Share of the last step's direction that is kept.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 penalty: this times the weight is added to its gradient.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>The decay at the end of the run, which it approaches along half a cosine; null keeps it.</summary>
    [Range(0.0, 1.0)]
    public double? FinalWeightDecay { get; init; }

    /// <summary>Which parameters decay.</summary>
    public WeightDecayScope Decay { get; init; } = WeightDecayScope.All;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Nesterov && Momentum == 0)
        {
            yield return new ValidationResult("\"nesterov\" needs a \"momentum\" above 0.", [nameof(Nesterov), nameof(Momentum)]);
        }
    }
}
