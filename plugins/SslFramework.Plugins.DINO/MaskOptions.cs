using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DINO;

/// <summary>Which patches of global views the student does not see; the defaults are DINOv2's.</summary>
public sealed record MaskOptions : IValidatableObject
{
    /// <summary>The share of global views that have masked patches; 1 in iBOT.</summary>
    [Range(0.0, 1.0)]
    public double Share { get; init; } = 0.5;

    /// <summary>The smallest share of masked patches of a masked view; 0.3 in iBOT.</summary>
    [Range(0.0, 1.0)]
    public double SmallestRatio { get; init; } = 0.1;

    /// <summary>The largest share; 0.3 in iBOT.</summary>
    [Range(0.0, 1.0)]
    public double LargestRatio { get; init; } = 0.5;

    /// <summary>The smallest area of a block in patches; in iBOT the square of a third of the grid's side.</summary>
    [Range(1, 4096)]
    public int SmallestBlock { get; init; } = 4;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SmallestRatio > LargestRatio)
        {
            yield return new ValidationResult(
                "\"smallestRatio\" is above \"largestRatio\".", [nameof(SmallestRatio), nameof(LargestRatio)]);
        }
    }
}
