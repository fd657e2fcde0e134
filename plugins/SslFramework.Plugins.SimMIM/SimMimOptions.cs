using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.SimMIM;

/// <summary>Options of <see cref="SimMimObjective"/>; the defaults are the paper's.</summary>
public sealed record SimMimOptions
{
    /// <summary>Share of the cells that is hidden; the number is rounded up.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MaskRatio { get; init; } = 0.6;

    /// <summary>
    /// Side in pixels of the square cells that are hidden as a whole: a multiple of the backbone's patches, and a divisor of the views'
    /// sides.
    /// </summary>
    [Range(1, 4096)]
    public int MaskCell { get; init; } = 32;
}
