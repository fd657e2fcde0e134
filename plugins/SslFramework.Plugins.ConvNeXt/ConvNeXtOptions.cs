using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>Options of <c>convnext-tiny</c>, <c>convnext-small</c>, <c>convnext-base</c> and <c>convnext-large</c>.</summary>
public sealed record ConvNeXtOptions : IValidatableObject
{
    private const int MaximumStages = 8;

    /// <summary>Side in pixels of the patches that the first layer makes of an image; 1 or 2 for images of about 32 pixels.</summary>
    [Range(1, 64)]
    public int PatchSize { get; init; } = 4;

    /// <summary>Channels of the first stage; every stage after it doubles them. Null takes the variant's own.</summary>
    [Range(1, 4096)]
    public int? Width { get; init; }

    /// <summary>Number of blocks, one number per stage; null takes the variant's own four.</summary>
    public IReadOnlyList<int>? BlocksPerStage { get; init; }

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>The value at which the learned factor of every channel of a block starts.</summary>
    [Range(0.0, 1000.0)]
    public double LayerScale { get; init; } = 1e-6;

    /// <summary>
    /// The probability that training skips the last block; it grows linearly from 0 at the first. Huang et al. 2016,
    /// https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

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
