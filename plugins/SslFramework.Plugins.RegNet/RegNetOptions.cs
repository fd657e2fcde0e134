using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Residual;

namespace SslFramework.Plugins.RegNet;

/// <summary>Options of <c>regnety-400mf</c>, <c>regnetx-400mf</c> and the larger ones.</summary>
public sealed record RegNetOptions
{
    /// <summary>Stride of the first convolution; 1 for images of about 32 pixels.</summary>
    [Range(1, 2)]
    public int StemStride { get; init; } = 2;

    /// <summary>Number of blocks, d; null takes the variant's own.</summary>
    [Range(1, 256)]
    public int? Depth { get; init; }

    /// <summary>Channels of the first block, w₀; null takes the variant's own.</summary>
    [Range(8, 4096)]
    public int? WidthStart { get; init; }

    /// <summary>By how much channels grow per block before they are rounded to stages, w_a; null takes the variant's own.</summary>
    [Range(0.0, 4096.0)]
    public double? WidthSlope { get; init; }

    /// <summary>By how much channels grow per stage, w_m; null takes the variant's own.</summary>
    [Range(1.01, 64.0)]
    public double? WidthFactor { get; init; }

    /// <summary>Channels of a group of the 3×3 convolutions, g; null takes the variant's own.</summary>
    [Range(1, 4096)]
    public int? GroupWidth { get; init; }

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>How maps are normalized.</summary>
    public NormalizationOptions Normalization { get; init; } = new();

    /// <summary>
    /// The probability that training skips the branch of the last block; it grows linearly from 0 at the first. Huang et al. 2016,
    /// https://arxiv.org/abs/1603.09382
    /// </summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }

    /// <summary>
    /// Whether activations inside blocks are computed again for the gradient instead of kept: less memory for a third more time.
    /// </summary>
    public bool Recompute { get; init; }
}
