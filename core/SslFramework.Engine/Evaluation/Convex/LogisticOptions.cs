using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>Options of <see cref="Logistic"/>.</summary>
internal sealed record LogisticOptions : IValidatableObject
{
    /// <summary>What is measured, by which the penalty is chosen too: each data set has its own convention.</summary>
    public LogisticMetric Metric { get; init; } = LogisticMetric.Accuracy;

    /// <summary>Which features are classified; maps are averaged.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>Penalties λ to choose from, evenly spaced in their logarithms.</summary>
    [Range(1, 1000)]
    public int Penalties { get; init; } = 45;

    /// <summary>The smallest λ, of ½λ‖W‖² beside the sum of the images' cross-entropies.</summary>
    [Range(1e-12, 1e12)]
    public double Smallest { get; init; } = 1e-6;

    /// <summary>The largest λ.</summary>
    [Range(1e-12, 1e12)]
    public double Largest { get; init; } = 1e5;

    /// <summary>
    /// Share of the train images that the penalty is chosen on; then all of them are learned from. Put a data set's own validation images
    /// among them: which are held out is drawn.
    /// </summary>
    [Range(0.01, 0.9)]
    public double HeldOut { get; init; } = 0.2;

    /// <summary>The most iterations of L-BFGS for each penalty, which begins at the solution of the next larger one.</summary>
    [Range(1, 100_000)]
    public int Iterations { get; init; } = 100;

    /// <summary>The largest number that the gradient of the images' mean loss may have at the end.</summary>
    [Range(1e-12, 1.0)]
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Decides which images are held out.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>The penalties, the largest first.</summary>
    public IReadOnlyList<double> Grid() => [.. Enumerable.Range(0, Penalties)
        .Select(i => Largest * Math.Pow(Smallest / Largest, Penalties == 1 ? 0 : (double)i / (Penalties - 1)))];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Smallest > Largest)
        {
            yield return new ValidationResult("\"smallest\" is above \"largest\".", [nameof(Smallest), nameof(Largest)]);
        }
    }
}
