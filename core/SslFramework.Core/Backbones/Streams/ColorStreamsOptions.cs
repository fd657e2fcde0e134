using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Streams;

/// <summary>Options of <see cref="ColorStreams"/>.</summary>
public sealed record ColorStreamsOptions
{
    /// <summary>The network that is built twice, once for each part of an image.</summary>
    [Required]
    public Component<IBackbone>? Half { get; init; }

    /// <summary>How images are split: by color, which takes red, green and blue from 0 to 1, or by frequency.</summary>
    public StreamSpace Space { get; init; }
}

/// <summary>Ways to split an image into two.</summary>
public enum StreamSpace
{
    /// <summary>Lightness L, and the colors a and b.</summary>
    Lab,

    /// <summary>Luma Y, and the color differences Cb and Cr.</summary>
    Ycbcr,

    /// <summary>What a Gaussian of 2 pixels leaves of an image, and what it takes away: also for gray images, and for any values.</summary>
    Laplacian,
}
