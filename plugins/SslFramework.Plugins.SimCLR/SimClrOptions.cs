using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.SimCLR;

/// <summary>Options of <see cref="SimClrObjective"/>; the defaults are the paper's.</summary>
public sealed record SimClrOptions
{
    /// <summary>Linear layers of the projector: 2 in the paper, 3 in SimCLR v2; 0 compares the features themselves (figure 8).</summary>
    [Range(0, 8)]
    public int ProjectorLayers { get; init; } = 2;

    /// <summary>Width of the projector's hidden layers; null takes the width of the features.</summary>
    [Range(1, 65536)]
    public int? ProjectorHidden { get; init; }

    /// <summary>Length of a projection.</summary>
    [Range(1, 65536)]
    public int ProjectorOutput { get; init; } = 128;

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>How the losses of the 2N anchors are combined.</summary>
    public LossScale Loss { get; init; } = LossScale.Mean;
}

/// <summary>Scalings of NT-Xent.</summary>
public enum LossScale
{
    /// <summary>The mean over 2N anchors, as in the paper.</summary>
    Mean,

    /// <summary>Twice that: the authors' code adds the means of both directions, and its learning rates fit that.</summary>
    Sum,
}
