using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>Options of residual networks.</summary>
public sealed record ResNetOptions : IValidatableObject
{
    private const int MaximumStages = 8;

    /// <summary>The first layer's kind.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Number of blocks, one number per stage; null takes the variant's own.</summary>
    public IReadOnlyList<int>? BlocksPerStage { get; init; }

    /// <summary>
    /// Channels of the first layer, to which all others are in proportion: 128 and 256 give SimCLR's networks ×2 and ×4.
    /// </summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Groups of a bottleneck's 3×3 convolution; null takes the variant's own (<c>resnext50</c>: 32, others 1).</summary>
    [Range(1, 4096)]
    public int? Groups { get; init; }

    /// <summary>
    /// Channels of each group in the first stage if <see cref="Width"/> is 64; other stages and widths are in proportion. Null takes the
    /// variant's own (<c>resnext50</c>: 4, <c>wide-resnet50</c>: 128, others 64).
    /// </summary>
    [Range(1, 4096)]
    public int? WidthPerGroup { get; init; }

    /// <summary>Whether the last normalization of every residual branch starts at 0, so that blocks start as the identity.</summary>
    public bool ZeroInitResidual { get; init; }

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>How maps are normalized.</summary>
    public NormalizationOptions Normalization { get; init; } = new();

    /// <summary>
    /// Whether activations inside blocks are computed again for the gradient instead of kept: less memory for a third more time.
    /// </summary>
    public bool Recompute { get; init; }

    /// <summary>
    /// The probability that training skips the branch of the last block; it grows linearly from 0 at the first. Huang et al. 2016,
    /// https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BlocksPerStage is { } blocks && (blocks.Count is 0 or > MaximumStages || blocks.Any(count => count < 1)))
        {
            yield return new ValidationResult(
                $"\"blocksPerStage\" must hold 1 to {MaximumStages} numbers, each at least 1.", [nameof(BlocksPerStage)]);
        }
    }
}

/// <summary>First layers of a residual network.</summary>
public enum ResNetStem
{
    /// <summary>7×7 with stride 2, then a max-pool with stride 2: for images of about 224 pixels.</summary>
    Imagenet,

    /// <summary>3×3 with stride 1, no max-pool: for images of about 32 pixels.</summary>
    Small,
}
