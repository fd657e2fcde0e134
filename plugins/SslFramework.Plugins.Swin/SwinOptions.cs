using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Swin;

/// <summary>Options of <c>swin-tiny</c>, <c>swin-small</c>, <c>swin-base</c> and <c>swin-large</c>.</summary>
public sealed record SwinOptions : IValidatableObject
{
    private const int MaximumStages = 8;

    /// <summary>Side in pixels of the patches that the first layer makes of an image; 1 or 2 for images of about 32 pixels.</summary>
    [Range(1, 64)]
    public int PatchSize { get; init; } = 4;

    /// <summary>Side of the windows, in places of a map, within which attention looks.</summary>
    [Range(1, 64)]
    public int WindowSize { get; init; } = 7;

    /// <summary>Channels of the first stage; every stage after it doubles them. Null takes the variant's own.</summary>
    [Range(1, 4096)]
    public int? Width { get; init; }

    /// <summary>Channels of an attention head; divides the width.</summary>
    [Range(1, 1024)]
    public int HeadDimension { get; init; } = 32;

    /// <summary>Number of blocks, one number per stage; null takes the variant's own four.</summary>
    public IReadOnlyList<int>? BlocksPerStage { get; init; }

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>
    /// The probability that training skips a branch of the last block; it grows linearly from 0 at the first. Huang et al. 2016,
    /// https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <summary>
    /// Whether activations inside blocks are computed again for the gradient instead of kept: less memory for a third more time.
    /// </summary>
    public bool Recompute { get; init; }

    internal string? HeadProblem => Width is not { } width || width % HeadDimension == 0
        ? null
        : $"The Swin transformer's width {width} is not a multiple of its heads' {HeadDimension} channels; "
        + "change \"width\" or \"headDimension\" in \"backbone\".";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BlocksPerStage is { } blocks && (blocks.Count is 0 or > MaximumStages || blocks.Any(count => count < 1)))
        {
            yield return new ValidationResult(
                $"\"blocksPerStage\" must hold 1 to {MaximumStages} numbers, each at least 1.", [nameof(BlocksPerStage)]);
        }

        if (HeadDimension > 0 && HeadProblem is { } problem)
        {
            yield return new ValidationResult(problem, [nameof(HeadDimension)]);
        }
    }
}
