using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Options of <see cref="LowShot"/>: either a fraction or a number of images a class.</summary>
internal sealed record LowShotOptions : IValidatableObject
{
    /// <summary>What learns from the few images: <c>linear-probe</c>, <c>fine-tune</c>, or another.</summary>
    [Required]
    public Component<IEvaluator>? Evaluator { get; init; }

    /// <summary>Part of each class's train images, at least one: 0.01 and 0.1 are usual.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? Fraction { get; init; }

    /// <summary>Train images of each class.</summary>
    [Range(1, 1_000_000)]
    public int? PerClass { get; init; }

    /// <summary>How often images are drawn and learned from.</summary>
    [Range(1, 1000)]
    public int Draws { get; init; } = 3;

    /// <summary>Seed of the draws.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Fraction is null == PerClass is null)
        {
            yield return new ValidationResult("give either \"fraction\" or \"perClass\".", [nameof(Fraction), nameof(PerClass)]);
        }
    }
}
