using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Options of <see cref="LinearProbe"/>: a recipe, and what differs from it.</summary>
internal sealed record LinearProbeOptions : IValidatableObject
{
    /// <summary>
    /// <c>generic</c> suits every method; <c>rotnet</c>, <c>moco-v1</c>, <c>simclr</c>, <c>moco-v3</c> and <c>mae</c> are those of
    /// the papers, whose rates and batches are for ImageNet.
    /// </summary>
    [AllowedValues(
        ProbeRecipes.Generic, "rotnet", "moco-v1", "simclr", "moco-v3", "mae",
        ErrorMessage = "{0} must be generic, rotnet, moco-v1, simclr, moco-v3 or mae")]
    public string Recipe { get; init; } = ProbeRecipes.Generic;

    /// <summary>Which features are classified; <c>all</c> measures each layer.</summary>
    public FeatureLayers Layers { get; init; } = FeatureLayers.Last;

    /// <summary>
    /// About how many numbers the maps of a layer are pooled to, for <c>layers: all</c>. RotNet's rule is 9000
    /// (https://arxiv.org/abs/1803.07728); with that many, random weights do well on small images, too.
    /// </summary>
    [Range(1, 1_000_000)]
    public int PooledLength { get; init; } = 9000;

    /// <summary>Passes over the train images. Null takes the recipe's value, here and for everything below.</summary>
    [Range(1, 10_000)]
    public int? Epochs { get; init; }

    /// <summary>Features per step.</summary>
    [Range(2, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Learning rates to choose from, on a tenth of the train images that is held out.</summary>
    public IReadOnlyList<double>? LearningRates { get; init; }

    /// <summary>How the rates grow with the batch; those of <c>generic</c> do not.</summary>
    public LearningRateScaling? Scaling { get; init; }

    /// <summary>The update rule.</summary>
    public ProbeOptimizer? Optimizer { get; init; }

    /// <summary>L2 penalty: this times the weight is added to its gradient.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    [Range(0.0, 10_000.0)]
    public double? WarmupEpochs { get; init; }

    /// <summary>Epochs at which the rate falls, ascending; if empty, the rate follows half a cosine to 0.</summary>
    public IReadOnlyList<double>? Milestones { get; init; }

    /// <summary>Whether a BatchNorm without weights comes before the classifier, and which.</summary>
    public FeatureNormalization? Normalization { get; init; }

    /// <summary>How maps are pooled.</summary>
    public MapPooling? Pooling { get; init; }

    /// <summary>Seed of the start weights, of the order of the features, and of what is held out.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>The recipe with what differs from it.</summary>
    public ProbeSettings Resolve()
    {
        var recipe = ProbeRecipes.Of(Recipe);
        var epochs = Epochs ?? recipe.Epochs;
        var part = (double)epochs / recipe.Epochs; // a shortened recipe keeps its shape; what the user sets does not change
        return recipe with
        {
            Epochs = epochs,
            BatchSize = BatchSize ?? recipe.BatchSize,
            LearningRates = LearningRates ?? recipe.LearningRates,
            Scaling = Scaling ?? recipe.Scaling,
            Optimizer = Optimizer ?? recipe.Optimizer,
            WeightDecay = WeightDecay ?? recipe.WeightDecay,
            WarmupEpochs = WarmupEpochs ?? (recipe.WarmupEpochs * part),
            Milestones = Milestones ?? [.. recipe.Milestones.Select(milestone => milestone * part)],
            Normalization = Normalization ?? recipe.Normalization,
            Pooling = Pooling ?? recipe.Pooling,
            PooledLength = PooledLength,
            Layers = Layers,
            Seed = Seed,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LearningRates is { } rates && (rates.Count == 0 || rates.Any(rate => !(rate > 0 && rate <= 1000))))
        {
            yield return new ValidationResult(
                "\"learningRates\" must hold at least one rate, each above 0 and at most 1000.", [nameof(LearningRates)]);
        }

        var settings = Resolve();
        if (settings.WarmupEpochs > settings.Epochs)
        {
            yield return new ValidationResult("\"warmupEpochs\" is more than \"epochs\".", [nameof(WarmupEpochs)]);
        }

        if (Milestones is { } milestones && milestones.Zip([0, .. milestones]).Any(pair => pair.First <= pair.Second))
        {
            yield return new ValidationResult("\"milestones\" must be above 0 and ascend.", [nameof(Milestones)]);
        }
    }
}
