using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Data.Decoding;

/// <summary>How an image file becomes pixels.</summary>
public record DecodeOptions
{
    /// <summary>The largest value of <see cref="MaximumPixels"/>.</summary>
    public const int MostPixels = 500_000_000;

    /// <summary>1 (gray) or 3 (red, green, blue).</summary>
    [AllowedValues(1, 3)]
    public int Channels { get; init; } = 3;

    /// <summary>An image with more pixels is refused by its header, before memory is allocated.</summary>
    [Range(1, MostPixels)]
    public int MaximumPixels { get; init; } = 100_000_000;

    /// <summary>How an alpha channel is treated.</summary>
    public AlphaChannel Alpha { get; init; } = AlphaChannel.OnGray;
}

/// <summary>How the alpha channel of an image that has one is treated.</summary>
public enum AlphaChannel
{
    /// <summary>It is transparency: the image is laid on mid-gray (128).</summary>
    OnGray,

    /// <summary>It is ignored, as Pillow's <c>convert('RGB')</c> does: for a fourth channel that is not transparency.</summary>
    Drop,
}
