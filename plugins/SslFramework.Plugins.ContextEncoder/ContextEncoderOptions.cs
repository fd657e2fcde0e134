using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.ContextEncoder;

/// <summary>Options of <see cref="ContextEncoderObjective"/>.</summary>
public sealed record ContextEncoderOptions : IValidatableObject
{
    /// <summary>Which part of a view is predicted.</summary>
    public HoleKind Hole { get; init; } = HoleKind.Center;

    /// <summary>Pixels at the border of the central square that are visible and still predicted, so that both join.</summary>
    [Range(0, 64)]
    public int Overlap { get; init; } = 4;

    /// <summary>Factor on the squared error in this border.</summary>
    [Range(0.0, 1000.0)]
    public double BorderWeight { get; init; } = 10;

    /// <summary>The share of a view that random holes take.</summary>
    [Range(0.01, 0.9)]
    public double HoleShare { get; init; } = 0.25;

    /// <summary>Random numbers per side of a view that shape its random holes: the more, the smaller the holes.</summary>
    [Range(2, 64)]
    public int HoleCells { get; init; } = 8;

    /// <summary>Channels of the decoder at the size of the backbone's maps; half as many after each doubling.</summary>
    [Range(1, 65536)]
    public int DecoderWidth { get; init; } = 512;

    /// <summary>
    /// λ, the share of the adversarial loss in what trains the backbone; 0 for features, 0.001 in the authors' code for pictures.
    /// </summary>
    [Range(0.0, 1.0)]
    public double AdversarialWeight { get; init; }

    /// <summary>Channels of the discriminator's first layer; twice as many in each further one.</summary>
    [Range(1, 4096)]
    public int DiscriminatorWidth { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Hole == HoleKind.Center || AdversarialWeight == 0 ? [] :
        [
            new(
                "\"adversarialWeight\" needs \"hole\": \"center\", because the discriminator judges one square; set it to 0",
                [nameof(AdversarialWeight), nameof(Hole)]),
        ];
}

/// <summary>Which part of a view is hidden.</summary>
public enum HoleKind
{
    /// <summary>The square in the middle, half as high and wide as the view, but for its border.</summary>
    Center,

    /// <summary>Blobs of any shape, others in each image.</summary>
    Random,
}
