using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Data.Decoding;

/// <summary>How an image file becomes pixels.</summary>
public record DecodeOptions : IValidatableObject
{
    /// <summary>The largest value of <see cref="MaximumPixels"/>.</summary>
    public const int MostPixels = 500_000_000;

    /// <summary>The largest value of <see cref="Channels"/>.</summary>
    public const int MostChannels = 32;

    /// <summary>
    /// 1 (gray) or 3 (red, green, blue), which are made of each other; any other number up to 32 is what each file must have.
    /// </summary>
    [Range(1, MostChannels)]
    public int Channels { get; init; } = 3;

    /// <summary>Bits of a value that pixels keep: 8, or 16 for files that have them.</summary>
    [AllowedValues(8, 16)]
    public int Depth { get; init; } = 8;

    /// <summary>
    /// The values that become black and white in files of 16 bits: two numbers, or two per channel. Without it, 0 and the smallest of
    /// 255, 511, 1023, … 65535 that holds the values of 32 images, spread over the source. 'ssl data check --statistics' prints others.
    /// </summary>
    public IReadOnlyList<double> Window { get; init; } = [];

    /// <summary>An image with more pixels is refused by its header, before memory is allocated.</summary>
    [Range(1, MostPixels)]
    public int MaximumPixels { get; init; } = 100_000_000;

    /// <summary>
    /// Whether a JPEG may be decoded 2, 4 or 8 times smaller if all its views shrink it by as much, which is faster for large photographs.
    /// Pixels then differ a little from those of Pillow. It counts where views are made for training and evaluation.
    /// </summary>
    public bool ScaledDecode { get; init; }

    /// <summary>How an alpha channel is treated.</summary>
    public AlphaChannel Alpha { get; init; } = AlphaChannel.OnGray;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var isSound = Window.Count is 0 or 2 || Window.Count == 2 * Channels;
        for (var i = 0; isSound && i < Window.Count; i += 2)
        {
            isSound = Window[i] >= 0 && Window[i] < Window[i + 1] && Window[i + 1] <= ushort.MaxValue;
        }

        if (!isSound)
        {
            yield return new ValidationResult(
                "\"window\" must be two numbers from 0 to 65535, the smaller first, or two for each of \"channels\", "
                + "such as [0, 4095].",
                [nameof(Window)]);
        }
    }
}

/// <summary>How the alpha channel of an image that has one is treated.</summary>
public enum AlphaChannel
{
    /// <summary>It is transparency: the image is laid on mid-gray (128).</summary>
    OnGray,

    /// <summary>It is ignored, as Pillow's <c>convert('RGB')</c> does: for a fourth channel that is not transparency.</summary>
    Drop,
}
