using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.IGPT;

/// <summary>Options of the backbone <c>igpt</c>; the defaults are the smallest network of the paper, iGPT-S, on images of 32×32.</summary>
public sealed record PixelTransformerOptions : IValidatableObject
{
    /// <summary>Side of the images that it takes. Its cost grows with the fourth power.</summary>
    [Range(1, 256)]
    public int ImageSide { get; init; } = 32;

    /// <summary>V, the number of colors that pixels are rounded to; the nearest of a palette made from the data.</summary>
    [Range(2, 65536)]
    public int Colors { get; init; } = 512;

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 32)]
    public int? Channels { get; init; }

    /// <summary>D, the length of a token.</summary>
    [Range(1, 16384)]
    public int Dimension { get; init; } = 512;

    /// <summary>Number of blocks.</summary>
    [Range(1, 256)]
    public int Depth { get; init; } = 24;

    /// <summary>Attention heads, which divide the dimension.</summary>
    [Range(1, 1024)]
    public int Heads { get; init; } = 8;

    /// <summary>
    /// Blocks whose output is the feature, normalized as the next block does: the middle of the network knows more than its end. Null takes
    /// half of them.
    /// </summary>
    [Range(0, 256)]
    public int? FeatureLayer { get; init; }

    /// <summary>Whether a pixel sees only those before it, row by row, as autoregression needs.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>Whether activations inside blocks are computed again for the gradient instead of kept.</summary>
    public bool Recompute { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Dimension % Heads != 0)
        {
            yield return new($"\"dimension\" {Dimension} is not a multiple of \"heads\" {Heads}", [nameof(Dimension), nameof(Heads)]);
        }

        if (FeatureLayer > Depth)
        {
            yield return new($"\"featureLayer\" {FeatureLayer} is beyond the {Depth} blocks", [nameof(FeatureLayer), nameof(Depth)]);
        }
    }
}
