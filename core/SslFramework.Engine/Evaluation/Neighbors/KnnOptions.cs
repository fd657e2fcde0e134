using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Neighbors;

/// <summary>Options of <see cref="KnnEvaluator"/>.</summary>
internal sealed record KnnOptions : IValidatableObject
{
    /// <summary>Numbers of neighbors; each gives its own metrics. If there are fewer train images, all of them vote.</summary>
    public IReadOnlyList<int> K { get; init; } = [20];

    /// <summary>T in exp(similarity / T), the weight of a neighbor's vote; each gives its own metrics.</summary>
    public IReadOnlyList<double> Temperature { get; init; } = [0.07];

    /// <summary>Which features vote: the backbone's output only, or also those of every layer, averaged over places.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (K.Count == 0 || K.Any(k => k < 1))
        {
            yield return new ValidationResult("\"k\" must hold at least one number, each at least 1.", [nameof(K)]);
        }

        // e^(1/0.01) is beyond single precision.
        if (Temperature.Count == 0 || Temperature.Any(t => !(t >= 0.02 && t <= 100)))
        {
            yield return new ValidationResult(
                "\"temperature\" must hold at least one number, each from 0.02 to 100.", [nameof(Temperature)]);
        }
    }
}
