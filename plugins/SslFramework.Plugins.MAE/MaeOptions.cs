using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MAE;

/// <summary>Options of <see cref="MaeObjective"/>; the defaults are the paper's.</summary>
public sealed record MaeOptions
{
    /// <summary>Share of the patches that is removed; the number that stays is rounded down.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MaskRatio { get; init; } = 0.75;

    /// <summary>Which patches are removed (table 1f).</summary>
    public MaskSampling MaskSampling { get; init; }

    /// <summary>Length of a token in the decoder: a multiple of 4 and of <see cref="DecoderHeads"/>.</summary>
    [Range(4, 16384)]
    public int DecoderDimension { get; init; } = 512;

    /// <summary>Number of blocks of the decoder.</summary>
    [Range(1, 256)]
    public int DecoderDepth { get; init; } = 8;

    /// <summary>Attention heads of the decoder.</summary>
    [Range(1, 1024)]
    public int DecoderHeads { get; init; } = 16;

    /// <summary>
    /// Whether the target is a patch without its own mean and deviation (better features), or plain pixels (better pictures).
    /// </summary>
    public bool NormalizePixels { get; init; } = true;

    /// <summary>
    /// Whether the encoder sees mask tokens instead of removed patches (table 1c): slower and worse, for comparison only.
    /// </summary>
    public bool MaskTokensInEncoder { get; init; }
}

/// <summary>Which patches of an image are removed.</summary>
public enum MaskSampling
{
    /// <summary>Any, drawn evenly.</summary>
    Random,

    /// <summary>Large rectangles, as BEiT draws them.</summary>
    Block,

    /// <summary>All but the first of each square of four.</summary>
    Grid,
}
