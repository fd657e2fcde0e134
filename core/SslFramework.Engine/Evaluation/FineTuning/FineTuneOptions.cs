using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>Options of <see cref="FineTune"/>: a recipe, and what differs from it.</summary>
internal sealed record FineTuneOptions : IValidatableObject
{
    /// <summary><c>mae</c> (strong regularization, made for transformers) or <c>simclr</c> (none).</summary>
    [AllowedValues("mae", "simclr", ErrorMessage = "{0} must be mae or simclr")]
    public string Recipe { get; init; } = "mae";

    /// <summary>
    /// How many of the last blocks are trained with the classifier and the final norm, each number in a training of its own: 0 is a
    /// linear probe, 0.5 the last block's second half, more than there are is everything. Null trains everything, once.
    /// </summary>
    public IReadOnlyList<double>? Blocks { get; init; }

    /// <summary>The linear probe's recipe for 0 blocks. Null takes the recipe's value, here and for everything below.</summary>
    [AllowedValues(
        ProbeRecipes.Generic, "rotnet", "moco-v1", "simclr", "moco-v3", "mae", null,
        ErrorMessage = "{0} must be generic, rotnet, moco-v1, simclr, moco-v3 or mae")]
    public string? Probe { get; init; }

    /// <summary>Passes over the train images.</summary>
    [Range(1, 10_000)]
    public int? Epochs { get; init; }

    /// <summary>Images per step.</summary>
    [Range(2, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>The highest learning rate for 256 images per step.</summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    [Range(0.0, 10_000.0)]
    public double? WarmupEpochs { get; init; }

    /// <summary>Weight decay of weight matrices.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>Factor by which a layer's rate shrinks for each layer above it; 1 gives all the same rate.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? LayerDecay { get; init; }

    /// <summary>Probability of skipping a branch of a transformer's last block.</summary>
    [Range(0.0, 0.99)]
    public double? DropPath { get; init; }

    /// <summary>α of mixup; 0 disables it. Zhang et al. 2018, https://arxiv.org/abs/1710.09412</summary>
    [Range(0.0, 4.0)]
    public double? Mixup { get; init; }

    /// <summary>α of CutMix; 0 disables it. Yun et al. 2019, https://arxiv.org/abs/1905.04899</summary>
    [Range(0.0, 4.0)]
    public double? CutMix { get; init; }

    /// <summary>The share of each target that is spread over all classes.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? LabelSmoothing { get; init; }

    /// <summary>The probability that a rectangle of an image becomes noise. Zhong et al. 2017, https://arxiv.org/abs/1708.04896</summary>
    [Range(0.0, 1.0)]
    public double? Erasing { get; init; }

    /// <summary>
    /// Whether the mean over classes of the percentage of their images whose class is found stands beside top-1, as is usual for Pets,
    /// Aircraft, Caltech-101 and Flowers. The training is the same; 0 <see cref="Blocks"/> give top-1 alone.
    /// </summary>
    public bool MeanPerClass { get; init; }

    /// <summary>Seed of the classifier's weights, orders, views and mixing.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>The recipe with what differs from it. A shortened recipe has a shorter warm-up.</summary>
    public FineTuneSettings Resolve()
    {
        var recipe = FineTuneRecipes.Of(Recipe);
        var epochs = Epochs ?? recipe.Epochs;
        return recipe with
        {
            Epochs = epochs,
            BatchSize = BatchSize ?? recipe.BatchSize,
            LearningRate = LearningRate ?? recipe.LearningRate,
            WarmupEpochs = WarmupEpochs ?? (recipe.WarmupEpochs * epochs / recipe.Epochs),
            WeightDecay = WeightDecay ?? recipe.WeightDecay,
            LayerDecay = LayerDecay ?? recipe.LayerDecay,
            DropPath = DropPath ?? recipe.DropPath,
            Mixup = Mixup ?? recipe.Mixup,
            CutMix = CutMix ?? recipe.CutMix,
            LabelSmoothing = LabelSmoothing ?? recipe.LabelSmoothing,
            Erasing = Erasing ?? recipe.Erasing,
            Probe = Probe ?? recipe.Probe,
            Blocks = Blocks ?? [],
            Seed = Seed,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Blocks is { } blocks && (blocks.Count == 0 || blocks.Any(k => k < 0 || (k != Math.Floor(k) && k != 0.5))))
        {
            yield return new ValidationResult("\"blocks\" must hold at least one of 0, 0.5, 1, 2, 3 and so on.", [nameof(Blocks)]);
        }

        if (Resolve() is { } settings && settings.WarmupEpochs > settings.Epochs)
        {
            yield return new ValidationResult("\"warmupEpochs\" is more than \"epochs\".", [nameof(WarmupEpochs)]);
        }
    }
}
