namespace SslFramework.Core.Augmentations.Batched;

/// <summary>How square patches lie in a row.</summary>
/// <param name="Side">Side of a patch in pixels.</param>
/// <param name="Gap">Pixels between neighbors that have not moved.</param>
/// <param name="Jitter">Pixels that a patch moves from its place at most, in each direction.</param>
public sealed record PatchSpacing(int Side, int Gap, int Jitter)
{
    /// <summary>Pixels that are kept free to the right and below, for channels that move further than their patch.</summary>
    public int ChannelShift { get; init; }

    /// <summary>Pixels from one patch to the next.</summary>
    public int Pitch => Side + Gap;

    /// <summary>Pixels that a row of patches may take.</summary>
    public int Extent(int patches) => ((patches - 1) * Pitch) + Side + (2 * Jitter) + ChannelShift;

    /// <summary>Number of patches that fit into a row of pixels.</summary>
    public int Fitting(int pixels) => pixels < Extent(1) ? 0 : ((pixels - Extent(1)) / Pitch) + 1;
}
