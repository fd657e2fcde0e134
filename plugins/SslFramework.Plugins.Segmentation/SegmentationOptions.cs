using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Segmentation;

/// <summary>Options of <see cref="Segmentation"/>: a recipe, and what differs from it. Null takes the recipe's value.</summary>
public sealed record SegmentationOptions : IValidatableObject
{
    /// <summary>
    /// <c>voc</c> and <c>cityscapes</c> (MoCo's: a fully convolutional head, SGD) or <c>ade20k</c> (MAE's: UperNet, AdamW with layer
    /// decay).
    /// </summary>
    [AllowedValues("voc", "cityscapes", "ade20k", ErrorMessage = "{0} must be " + SegmentationRecipes.Names)]
    public string Recipe { get; init; } = "voc";

    /// <summary>What makes scores of maps: <c>fcn</c>, <c>upernet</c> or <c>linear</c>.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>Updates.</summary>
    [Range(1, 10_000_000)]
    public int? Steps { get; init; }

    /// <summary>Passes over the train images, instead of <see cref="Steps"/>.</summary>
    [Range(0.0, 100_000.0, MinimumIsExclusive = true)]
    public double? Epochs { get; init; }

    /// <summary>Images per step; at least 2, because heads normalize over a batch.</summary>
    [Range(2, 4096)]
    public int? BatchSize { get; init; }

    /// <summary>The highest learning rate. It does not grow with the batch.</summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>How the rate falls: <c>steps</c> (by ten after 70 % and 90 %) or <c>linear</c>.</summary>
    public RateDecay? Decay { get; init; }

    /// <summary>Steps of linear growth of the rate from 0.</summary>
    [Range(0, 10_000_000)]
    public int? WarmupSteps { get; init; }

    /// <summary>The update rule: <c>sgd</c> or <c>adamw</c>.</summary>
    public SegmentationOptimizer? Optimizer { get; init; }

    /// <summary>Weight decay.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>Factor by which a layer's rate shrinks for each layer above it; 1 gives all the same rate.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? LayerDecay { get; init; }

    /// <summary>Probability of skipping a branch of the last block, for backbones that can.</summary>
    [Range(0.0, 0.99)]
    public double? DropPath { get; init; }

    /// <summary>Probability that a channel is dropped before the classifier of <c>upernet</c>.</summary>
    [Range(0.0, 0.99)]
    public double? Dropout { get; init; }

    /// <summary>The stride that the last map is lowered to, by dilation, if it is higher.</summary>
    [Range(1, 64)]
    public int? OutputStride { get; init; }

    /// <summary>Channels of the head's maps.</summary>
    [Range(1, 4096)]
    public int? Width { get; init; }

    /// <summary>Dilation of the convolutions of <c>fcn</c>.</summary>
    [Range(1, 64)]
    public int? Dilation { get; init; }

    /// <summary>Weight of the loss of a second, smaller classifier on the third map of <c>upernet</c>; 0 leaves it out.</summary>
    [Range(0.0, 10.0)]
    public double? Auxiliary { get; init; }

    /// <summary>Whether scores are interpolated between the middles of the outermost pixels, and not between their edges.</summary>
    public bool? AlignCorners { get; init; }

    /// <summary>
    /// The most that one class may have of a view to learn from, before the view is drawn anew; 1 takes each as it comes.
    /// </summary>
    [Range(0.01, 1.0)]
    public double? LargestShare { get; init; }

    /// <summary>Side of the windows that test images are cut into, where scores are averaged; 0 takes images whole.</summary>
    [Range(0, 4096)]
    public int? Window { get; init; }

    /// <summary>Pixels from one window to the next; null takes two thirds of a window if it is not the recipe's.</summary>
    [Range(1, 4096)]
    public int? WindowStride { get; init; }

    /// <summary>Decides the head's weights, orders and views.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>The recipe with what differs from it. A shortened recipe has a shorter warm-up.</summary>
    /// <param name="images">Number of train images.</param>
    public SegmentationSettings Resolve(int images)
    {
        var recipe = SegmentationRecipes.Of(Recipe);
        var batch = Math.Min(BatchSize ?? recipe.BatchSize, images);
        var steps = Epochs is { } epochs ? (int)Math.Max(1, epochs * images / batch) : Steps ?? recipe.Steps;
        var window = Window is null ? recipe.Window : Window == 0 ? null : Window;
        return recipe with
        {
            Head = Head ?? recipe.Head,
            Steps = steps,
            BatchSize = batch,
            LearningRate = LearningRate ?? recipe.LearningRate,
            Decay = Decay ?? recipe.Decay,
            WarmupSteps = WarmupSteps ?? (int)((long)recipe.WarmupSteps * steps / recipe.Steps),
            Optimizer = Optimizer ?? recipe.Optimizer,
            WeightDecay = WeightDecay ?? recipe.WeightDecay,
            LayerDecay = LayerDecay ?? recipe.LayerDecay,
            DropPath = DropPath ?? recipe.DropPath,
            Dropout = Dropout ?? recipe.Dropout,
            OutputStride = OutputStride ?? recipe.OutputStride,
            Width = Width ?? recipe.Width,
            Dilation = Dilation ?? recipe.Dilation,
            Auxiliary = Auxiliary ?? recipe.Auxiliary,
            AlignCorners = AlignCorners ?? recipe.AlignCorners,
            LargestShare = LargestShare ?? recipe.LargestShare,
            Window = window,
            WindowStride = window is null ? null
                : WindowStride ?? (window == recipe.Window ? recipe.WindowStride : Math.Max(1, window.Value * 2 / 3)),
            Seed = Seed,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Steps is not null && Epochs is not null)
        {
            yield return new ValidationResult("Give either \"steps\" or \"epochs\".", [nameof(Steps), nameof(Epochs)]);
        }

        if (WarmupSteps > Steps)
        {
            yield return new ValidationResult("\"warmupSteps\" is more than \"steps\".", [nameof(WarmupSteps), nameof(Steps)]);
        }

        if (WindowStride > Window)
        {
            yield return new ValidationResult(
                "\"windowStride\" is more than \"window\": pixels would be left out.", [nameof(WindowStride)]);
        }
    }
}
