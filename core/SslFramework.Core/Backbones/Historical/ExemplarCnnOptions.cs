using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>Options of <see cref="ExemplarCnn"/>; the defaults are the network 64c5-128c5-256c5-512f.</summary>
public sealed record ExemplarCnnOptions : IValidatableObject
{
    /// <summary>Channels of each 5×5 convolution: [64, 64] in the paper's small network, [92, 256, 512] in its largest.</summary>
    [Range(1, 4096)]
    public IReadOnlyList<int> Maps { get; init; } = [64, 128, 256];

    /// <summary>Units of the fully connected layer: 128 in the small network, 1024 in the largest.</summary>
    [Range(1, 65536)]
    public int Hidden { get; init; } = 512;

    /// <summary>Side of the patches that the fully connected layer takes whole.</summary>
    [Range(8, 256)]
    public int PatchSize { get; init; } = 32;

    /// <summary>Share of the hidden units that are dropped in training.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>What the features of an image are.</summary>
    public ExemplarFeatures Features { get; init; } = ExemplarFeatures.Quadrants;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Maps.Count is < 2 or > 8)
        {
            yield return new ValidationResult("\"maps\" must be 2 to 8 numbers, such as [64, 128, 256]", [nameof(Maps)]);
        }
    }
}

/// <summary>Features of <see cref="ExemplarCnn"/>.</summary>
public enum ExemplarFeatures
{
    /// <summary>The largest value of every map of every layer in each quarter of the image: the paper's evaluation.</summary>
    Quadrants,

    /// <summary>The hidden units, averaged over the image if it is larger than a patch.</summary>
    Hidden,
}
