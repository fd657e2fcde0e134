using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>Options of <c>resnet18</c>, <c>resnet34</c> and <c>resnet50</c>.</summary>
public sealed record ResNetOptions : IValidatableObject
{
    private const int MaximumStages = 8;

    /// <summary>The first layer's kind.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Number of blocks, one number per stage; null takes the variant's own four.</summary>
    public IReadOnlyList<int>? BlocksPerStage { get; init; }

    /// <summary>Channels of the first layer; every stage after the first doubles them.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

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
