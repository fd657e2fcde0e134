using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Options of <see cref="LowShot"/>: a fraction, a number of images per class, or a number of images.</summary>
internal sealed record LowShotOptions : IValidatableObject
{
    /// <summary>What learns from the few images: <c>linear-probe</c>, <c>fine-tune</c>, or another.</summary>
    [Required]
    public Component<IEvaluator>? Evaluator { get; init; }

    /// <summary>
    /// Share of each class's train images, at least one, or of all if the evaluator needs no classes: 0.01 and 0.1 are usual.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? Fraction { get; init; }

    /// <summary>Train images per class.</summary>
    [Range(1, 1_000_000)]
    public int? PerClass { get; init; }

    /// <summary>Train images, for an evaluator that needs no classes, such as one of maps.</summary>
    [Range(1, 1_000_000)]
    public int? Images { get; init; }

    /// <summary>How often images are drawn and learned from.</summary>
    [Range(1, 1000)]
    public int Draws { get; init; } = 3;

    /// <summary>Seed of the draws.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (new[] { Fraction is null, PerClass is null, Images is null }.Count(isMissing => !isMissing) != 1)
        {
            yield return new ValidationResult(
                "give one of \"fraction\", \"perClass\" and \"images\".", [nameof(Fraction), nameof(PerClass), nameof(Images)]);
        }
    }
}
