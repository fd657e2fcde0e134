using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Evaluation;

/// <summary>Options of <see cref="LinearProbe"/>.</summary>
public sealed record LinearProbeOptions : IValidatableObject
{
    /// <summary>Which features are classified; <c>all</c> measures each layer.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>Passes over the train features.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 30;

    /// <summary>
    /// About how many numbers the maps of a layer are averaged to, for <c>layers: all</c>. RotNet's rule is 9000
    /// (https://arxiv.org/abs/1803.07728); with so many, random weights do well on small images, too.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PooledLength { get; init; } = 9000;

    /// <summary>Features of one step.</summary>
    [Range(2, 65_536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>Learning rates to choose from, on a tenth of the train images that is held out. They do not scale with the batch.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <summary>Seed of the first weights, of the order of the features, and of what is held out.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LearningRates.Count == 0 || LearningRates.Any(rate => !(rate > 0 && rate <= 1000)))
        {
            yield return new ValidationResult(
                "\"learningRates\" must hold at least one rate, each above 0 and at most 1000.", [nameof(LearningRates)]);
        }
    }
}
