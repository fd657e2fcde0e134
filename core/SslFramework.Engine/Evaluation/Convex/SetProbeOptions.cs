using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>Options of <see cref="SetProbe"/>.</summary>
internal sealed record SetProbeOptions : IValidatableObject
{
    /// <summary>Which features are classified; maps are averaged.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>The costs C of an error that each class chooses from, by its average precision in cross-validation.</summary>
    public IReadOnlyList<double> Costs { get; init; } = [0.01, 0.1, 1, 2, 5, 10, 15, 20, 50, 100, 1000];

    /// <summary>Parts of the train images for cross-validation, each of which is left out once.</summary>
    [Range(2, 20)]
    public int Folds { get; init; } = 3;

    /// <summary>Whether the precision is read at eleven recalls, as in VOC 2007; else it is the area under the curve.</summary>
    public bool ElevenPoint { get; init; }

    /// <summary>
    /// Numbers k: also learns each class from k images that show it and from k times as many that do not as there are other classes. The
    /// papers have 1, 2, 4, 8, 16, 32, 64 and 96.
    /// </summary>
    public IReadOnlyList<int> LowShot { get; init; } = [];

    /// <summary>How often the few images are drawn.</summary>
    [Range(1, 1000)]
    public int Draws { get; init; } = 5;

    /// <summary>C for few images, of which there are too few to choose it by.</summary>
    [Range(1e-6, 1e6)]
    public double LowShotCost { get; init; } = 1;

    /// <summary>Seed of the draws.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Costs.Count == 0 || Costs.Any(cost => !(cost is > 0 and <= 1e6)))
        {
            yield return new ValidationResult(
                "\"costs\" must hold at least one number, each above 0 and at most 1000000.", [nameof(Costs)]);
        }

        if (LowShot.Any(k => k < 1) || LowShot.Distinct().Count() < LowShot.Count)
        {
            yield return new ValidationResult("\"lowShot\" must hold different numbers, each at least 1.", [nameof(LowShot)]);
        }
    }
}
