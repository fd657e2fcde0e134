using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Options of <c>vit-tiny</c>, <c>vit-small</c>, <c>vit-base</c>, <c>vit-large</c>, <c>vit-huge</c> and <c>vit</c>.</summary>
public sealed record VisionTransformerOptions : IValidatableObject
{
    /// <summary>Side of the square images in pixels; a multiple of <see cref="PatchSize"/>.</summary>
    [Range(1, 4096)]
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of a square patch in pixels.</summary>
    [Range(1, 4096)]
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>D, the length of a token; null takes the variant's own (<c>vit</c>: 192).</summary>
    [Range(1, 16384)]
    public int? Dimension { get; init; }

    /// <summary>Number of blocks; null takes the variant's own (<c>vit</c>: 12).</summary>
    [Range(1, 256)]
    public int? Depth { get; init; }

    /// <summary>
    /// Attention heads, which divide the dimension; null takes the variant's own (<c>vit</c>: 3). MoCo v3's small one has 12.
    /// </summary>
    [Range(1, 1024)]
    public int? Heads { get; init; }

    /// <summary>Width of a block's hidden layer, in dimensions.</summary>
    [Range(0.1, 64)]
    public double MlpRatio { get; init; } = 4;

    /// <summary>How the position of a patch is encoded.</summary>
    public PositionKind Positions { get; init; }

    /// <summary>Whether a learned token comes before the patches.</summary>
    public bool ClassToken { get; init; } = true;

    /// <summary>How tokens become the feature vector.</summary>
    public TokenPooling Pooling { get; init; }

    /// <summary>
    /// The probability that training skips a residual branch of the last block; it grows linearly from 0 at the first.
    /// Huang et al. 2016, https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <summary>Start weights.</summary>
    public TransformerInitialization Initialization { get; init; }

    /// <summary>Whether the patch projection stays at its random start, as in MoCo v3, for stable training.</summary>
    public bool FreezePatchEmbedding { get; init; }

    /// <summary>
    /// Whether activations inside blocks are computed again for the gradient instead of kept: less memory for a third more time.
    /// </summary>
    public bool Recompute { get; init; }

    internal string? PatchProblem => ImageSize % PatchSize == 0
        ? null
        : $"The vision transformer's image size {ImageSize} is not a multiple of its patch size {PatchSize}; "
        + "change \"imageSize\" or \"patchSize\" in \"backbone\".";

    internal string? PoolingProblem => ClassToken || Pooling != TokenPooling.ClassToken
        ? null
        : "The vision transformer has no class token to pool; set \"pooling\" to \"mean\" or \"classToken\" to true in \"backbone\".";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PatchSize > 0 && PatchProblem is { } patch)
        {
            yield return new ValidationResult(patch, [nameof(ImageSize)]);
        }

        if (PoolingProblem is { } pooling)
        {
            yield return new ValidationResult(pooling, [nameof(Pooling)]);
        }
    }
}

/// <summary>Positions of patches. Fixed ones have no gradient.</summary>
public enum PositionKind
{
    /// <summary>Learned positions.</summary>
    Learned,

    /// <summary>Fixed positions, column first: <see cref="SinCosPositions.Mae"/>.</summary>
    SinCosMae,

    /// <summary>Fixed positions, row first: <see cref="SinCosPositions.MocoV3"/>.</summary>
    SinCosMocoV3,
}

/// <summary>How tokens become one feature vector, after the final norm.</summary>
public enum TokenPooling
{
    /// <summary>The class token.</summary>
    ClassToken,

    /// <summary>The mean of the patch tokens.</summary>
    Mean,
}
