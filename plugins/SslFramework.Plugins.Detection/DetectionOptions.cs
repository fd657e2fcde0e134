using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Detection;

/// <summary>Options of <see cref="DetectionEvaluator"/>: a recipe, and what differs from it. Null takes the recipe's value.</summary>
internal sealed record DetectionOptions : IValidatableObject
{
    /// <summary>
    /// <c>voc-c4</c>, <c>coco-c4</c>, <c>coco-fpn</c>, <c>coco-keypoints</c>, <c>lvis-fpn</c>, <c>cityscapes-fpn</c> or <c>vitdet</c>.
    /// </summary>
    public string Recipe { get; init; } = "voc-c4";

    /// <summary>
    /// <c>c4</c> takes the last map but one, and the last stage as head; <c>fpn</c> makes a pyramid of the last maps, <c>simple</c> one of
    /// the last map, for transformers.
    /// </summary>
    public NeckKind? Neck { get; init; }

    /// <summary>Whether masks are learned and measured.</summary>
    public bool? Masks { get; init; }

    /// <summary>Whether keypoints are; not with the neck <c>c4</c>.</summary>
    public bool? Keypoints { get; init; }

    /// <summary>Steps of training. A shortened recipe has a shorter warm-up and earlier milestones.</summary>
    [Range(1, 10_000_000)]
    public int? Steps { get; init; }

    /// <summary>Images per step.</summary>
    [Range(1, 4096)]
    public int? BatchSize { get; init; }

    /// <summary>The update rule.</summary>
    public DetectionOptimizer? Optimizer { get; init; }

    /// <summary>The highest learning rate.</summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>Steps of linear growth of the rate.</summary>
    [Range(0, 10_000_000)]
    public int? WarmupSteps { get; init; }

    /// <summary>Steps after which the rate falls to a tenth, ascending.</summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>Weight decay of weight matrices.</summary>
    [Range(0.0, 1.0)]
    public double? WeightDecay { get; init; }

    /// <summary>Factor by which a layer's rate shrinks for each layer above it; 1 gives all the same rate.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? LayerDecay { get; init; }

    /// <summary>Probability of skipping a branch of a transformer's last block.</summary>
    [Range(0.0, 0.99)]
    public double? DropPath { get; init; }

    /// <summary>How maps of new convolutions are normalized: <c>none</c>, <c>batch</c> or <c>layer</c>.</summary>
    public NewNorm? Norm { get; init; }

    /// <summary>Steps without learning at the end, from which statistics of batch norms are taken; 0 keeps the running ones.</summary>
    [Range(0, 100_000)]
    public int? NormSteps { get; init; }

    /// <summary>Square roots of anchors' areas in pixels of the view: all on one map, or one per map of a pyramid.</summary>
    public IReadOnlyList<double>? AnchorSizes { get; init; }

    /// <summary>How many of the backbone's last maps make a pyramid; one more is added above.</summary>
    [Range(2, 8)]
    public int? Levels { get; init; }

    /// <summary>Channels of a pyramid and of a mask head.</summary>
    [Range(1, 4096)]
    public int? Channels { get; init; }

    /// <summary>Length of the box head's vectors.</summary>
    [Range(1, 16_384)]
    public int? Hidden { get; init; }

    /// <summary>Convolutions of the keypoint head.</summary>
    [Range(1, 32)]
    public int? KeypointConvolutions { get; init; }

    /// <summary>Their channels.</summary>
    [Range(1, 4096)]
    public int? KeypointChannels { get; init; }

    /// <summary>Rows and columns that boxes are resampled to for the box head.</summary>
    [Range(1, 64)]
    public int? BoxSide { get; init; }

    /// <summary>Those for masks and keypoints; a mask has twice as many. The neck <c>c4</c> has one size for all.</summary>
    [Range(1, 64)]
    public int? MaskSide { get; init; }

    /// <summary>Anchors per image that proposals are learned from.</summary>
    [Range(2, 65_536)]
    public int? ProposalSamples { get; init; }

    /// <summary>Proposals per image in training; twice as many per map before overlapping ones are removed.</summary>
    [Range(1, 65_536)]
    public int? ProposalsInTraining { get; init; }

    /// <summary>Proposals per image that is measured; of each map, no more.</summary>
    [Range(1, 65_536)]
    public int? Proposals { get; init; }

    /// <summary>Boxes per image that heads learn from.</summary>
    [Range(2, 65_536)]
    public int? RoiSamples { get; init; }

    /// <summary>Seed of new weights, orders, views and samples.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>The recipe with what differs from it.</summary>
    public DetectionSettings Resolve()
    {
        var recipe = DetectionRecipes.Of(Recipe)!;
        var (neck, steps) = (Neck ?? recipe.Neck, Steps ?? recipe.Steps);
        return recipe with
        {
            Neck = neck,
            Masks = Masks ?? recipe.Masks,
            Keypoints = Keypoints ?? recipe.Keypoints,
            Steps = steps,
            BatchSize = BatchSize ?? recipe.BatchSize,
            Optimizer = Optimizer ?? recipe.Optimizer,
            LearningRate = LearningRate ?? recipe.LearningRate,
            WarmupSteps = WarmupSteps ?? InProportion(recipe.WarmupSteps),
            Milestones = Milestones ?? [.. recipe.Milestones.Select(InProportion).Where(step => step > 0).Distinct()],
            WeightDecay = WeightDecay ?? recipe.WeightDecay,
            LayerDecay = LayerDecay ?? recipe.LayerDecay,
            DropPath = DropPath ?? recipe.DropPath,
            Norm = Norm ?? recipe.Norm,
            NormSteps = NormSteps ?? (neck == recipe.Neck ? InProportion(recipe.NormSteps) : 0),
            AnchorSizes = AnchorSizes ?? recipe.AnchorSizes,
            Levels = Levels ?? recipe.Levels,
            Channels = Channels ?? recipe.Channels,
            Hidden = Hidden ?? recipe.Hidden,
            KeypointConvolutions = KeypointConvolutions ?? recipe.KeypointConvolutions,
            KeypointChannels = KeypointChannels ?? recipe.KeypointChannels,
            BoxSide = BoxSide ?? recipe.BoxSide,
            MaskSide = MaskSide ?? recipe.MaskSide,
            ProposalSamples = ProposalSamples ?? recipe.ProposalSamples,
            CandidatesInTraining = 2 * ProposalsInTraining ?? recipe.CandidatesInTraining,
            ProposalsInTraining = ProposalsInTraining ?? recipe.ProposalsInTraining,
            Candidates = Proposals ?? recipe.Candidates,
            Proposals = Proposals ?? recipe.Proposals,
            RoiSamples = RoiSamples ?? recipe.RoiSamples,
            Seed = Seed,
        };

        int InProportion(int step) => (int)((long)step * steps / recipe.Steps);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DetectionRecipes.Of(Recipe) is null)
        {
            yield return new ValidationResult($"\"recipe\" must be {DetectionRecipes.Names}.", [nameof(Recipe)]);
            yield break;
        }

        var settings = Resolve();
        if (settings is { Neck: NeckKind.C4, Keypoints: true })
        {
            yield return new ValidationResult(
                "\"keypoints\" need fine maps, which the neck 'c4' does not give; take 'fpn' or 'simple'.", [nameof(Keypoints)]);
        }

        if (settings.WarmupSteps > settings.Steps || (settings.Milestones.Count > 0 && settings.WarmupSteps > settings.Milestones[0]))
        {
            yield return new ValidationResult(
                "\"warmupSteps\" is more than \"steps\" or the first of \"milestones\".", [nameof(WarmupSteps), nameof(Milestones)]);
        }

        if (settings.Milestones.Any(step => step < 1) || !settings.Milestones.SequenceEqual(settings.Milestones.Order().Distinct()))
        {
            yield return new ValidationResult("\"milestones\" must be above 0 and ascend.", [nameof(Milestones)]);
        }

        if (settings.AnchorSizes.Count == 0 || settings.AnchorSizes.Any(size => !(size > 0 && double.IsFinite(size))))
        {
            yield return new ValidationResult("\"anchorSizes\" must hold at least one number, each above 0.", [nameof(AnchorSizes)]);
        }
    }
}
