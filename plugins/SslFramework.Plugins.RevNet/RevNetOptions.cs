using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Residual;

namespace SslFramework.Plugins.RevNet;

/// <summary>Options of <c>revnet50</c>.</summary>
public sealed record RevNetOptions : IValidatableObject
{
    private const int MaximumStages = 8;

    /// <summary>The first layer's kind.</summary>
    public ResNetStem Stem { get; init; }

    /// <summary>Number of blocks, one number per stage.</summary>
    public IReadOnlyList<int> BlocksPerStage { get; init; } = [3, 4, 6, 3];

    /// <summary>
    /// A quarter of the first layer's channels, which every stage after the first doubles; a multiple of 2. 256 gives the network ×4.
    /// </summary>
    [Range(2, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>How maps are normalized.</summary>
    public NormalizationOptions Normalization { get; init; } = new();

    /// <summary>
    /// Whether activations are kept for the gradient, as other networks do, instead of computed again from outputs: faster, with more
    /// memory.
    /// </summary>
    public bool KeepActivations { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BlocksPerStage.Count is 0 or > MaximumStages || BlocksPerStage.Any(count => count < 1))
        {
            yield return new ValidationResult(
                $"\"blocksPerStage\" must hold 1 to {MaximumStages} numbers, each at least 1.", [nameof(BlocksPerStage)]);
        }

        if (Width % 2 != 0)
        {
            yield return new ValidationResult("\"width\" must be a multiple of 2, because blocks halve it.", [nameof(Width)]);
        }
    }
}
