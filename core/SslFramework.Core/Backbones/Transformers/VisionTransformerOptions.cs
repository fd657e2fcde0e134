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

    /// <summary>
    /// Added to the number of rows and columns of another grid before learned positions are interpolated for it. 0.1 gives the numbers
    /// of DINO's and DINOv2's code, for weights from there; it shifts all positions a little.
    /// </summary>
    [Range(0, 0.9)]
    public double PositionOffset { get; init; }

    /// <summary>Whether learned positions are smoothed where a smaller grid is interpolated from them.</summary>
    public bool PositionAntialias { get; init; }

    /// <summary>
    /// Learned numbers that attention adds for the distance of two patches, which then sees images of <see cref="ImageSize"/> alone.
    /// </summary>
    public RelativePositionKind RelativePositions { get; init; }

    /// <summary>Whether a learned token comes before the patches.</summary>
    public bool ClassToken { get; init; } = true;

    /// <summary>
    /// Number of learned tokens without positions between the class token and the patches. Darcet et al. 2023,
    /// https://arxiv.org/abs/2309.16588
    /// </summary>
    [Range(0, 1024)]
    public int RegisterTokens { get; init; }

    /// <summary>How tokens become the feature vector.</summary>
    public TokenPooling Pooling { get; init; }

    /// <summary>
    /// The probability that training skips a residual branch of the last block; it grows linearly from 0 at the first.
    /// Huang et al. 2016, https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <summary>Whether every block has the probability <see cref="DropPath"/>, as in DINOv2.</summary>
    public bool UniformDropPath { get; init; }

    /// <summary>
    /// The value at which a learned factor of every dimension of a residual branch starts; null means that there is none.
    /// Touvron et al. 2021, https://arxiv.org/abs/2103.17239
    /// </summary>
    [Range(0.0, 1000.0)]
    public double? LayerScale { get; init; }

    /// <summary>The norm before every block's hidden layer.</summary>
    public MlpNorm MlpNorm { get; init; }

    /// <summary>Which of queries, keys and values have a bias.</summary>
    public QkvBias QkvBias { get; init; }

    /// <summary>Whether a token sees only itself and those before it: prefix tokens, then patches row by row.</summary>
    public bool Causal { get; init; }

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

    internal string? RelativeProblem => RelativePositions == RelativePositionKind.None || RegisterTokens == 0
        ? null
        : "The vision transformer's relative positions have no place for register tokens; "
        + "set \"registerTokens\" to 0 or \"relativePositions\" to \"none\" in \"backbone\".";

    internal string? CausalProblem => !Causal || Pooling != TokenPooling.ClassToken
        ? null
        : "The class token of a causal vision transformer comes first and sees no patch; set \"pooling\" to \"mean\" in \"backbone\".";

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
        else if (CausalProblem is { } causal)
        {
            yield return new ValidationResult(causal, [nameof(Causal)]);
        }

        if (RelativeProblem is { } relative)
        {
            yield return new ValidationResult(relative, [nameof(RegisterTokens)]);
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

    /// <summary>None: tokens know their place from <see cref="RelativePositionKind"/> alone, or not at all.</summary>
    None,
}

/// <summary>Who has relative positions: numbers that attention adds for the distance of two patches, as in BEiT.</summary>
public enum RelativePositionKind
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>One table of all blocks, <c>rel_pos_bias.relative_position_bias_table</c>.</summary>
    Shared,

    /// <summary>A table of each block, <c>attn.relative_position_bias_table</c>.</summary>
    PerBlock,
}

/// <summary>How tokens become one feature vector, after the final norm.</summary>
public enum TokenPooling
{
    /// <summary>The class token.</summary>
    ClassToken,

    /// <summary>The mean of the patch tokens.</summary>
    Mean,
}
