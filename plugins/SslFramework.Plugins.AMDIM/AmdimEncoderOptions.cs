using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.AMDIM;

/// <summary>Options of <see cref="AmdimEncoder"/>.</summary>
public sealed record AmdimEncoderOptions : IValidatableObject
{
    /// <summary>Side of the images in pixels: 32, 64 or 128.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Channels of the first layer, to which those of the others are in proportion.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>D, the length of features; at least 4 times the width, and 8 times with images of 64 or 128 pixels.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 512;

    /// <summary>Residual layers per block, of which one looks at more than one place.</summary>
    [Range(1, 64)]
    public int Depth { get; init; } = 3;

    /// <summary>Batch norm inside residual layers; at the end of the network there always is one.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>Channels of the maps of 7×7 and 5×5 places.</summary>
    internal int LocalDimension => Width * (ImageSize == 32 ? 4 : 8);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ImageSize is not (32 or 64 or 128))
        {
            yield return new($"\"imageSize\" must be 32, 64 or 128, and not {ImageSize}", [nameof(ImageSize)]);
        }
        else if (Dimension < LocalDimension)
        {
            yield return new(
                $"\"dimension\" {Dimension} is less than the {LocalDimension} channels that a \"width\" of {Width} gives, "
                + "and layers of this network never have fewer channels than the one before",
                [nameof(Dimension), nameof(Width)]);
        }
    }
}
