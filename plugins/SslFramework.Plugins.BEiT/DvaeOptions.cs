using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BEiT;

/// <summary>Options of <see cref="DvaeObjective"/>.</summary>
public sealed record DvaeOptions
{
    /// <summary>Length of the vector that a token stands for in the decoder; 512 in the authors' weights.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>The lower, the closer the mixture of tokens that the decoder gets is to a single one.</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.9;

    /// <summary>
    /// The weight of the divergence of a place's distribution over tokens from an even one, averaged over places.
    /// </summary>
    [Range(0.0, 100.0)]
    public double DivergenceWeight { get; init; }
}
