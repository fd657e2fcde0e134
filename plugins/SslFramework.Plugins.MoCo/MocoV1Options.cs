using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MoCo;

/// <summary>Options of <see cref="MocoV1Objective"/>; the defaults are the paper's.</summary>
public sealed record MocoV1Options : ProjectionOptions
{
    /// <summary>K, the keys that wait in the queue; a multiple of the batch, and much fewer than the images.</summary>
    [Range(1, 1 << 24)]
    public int QueueLength { get; init; } = 65536;

    /// <summary>m, the share of the key encoder that a step keeps; small data sets need less, such as 0.99.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.999;
}
