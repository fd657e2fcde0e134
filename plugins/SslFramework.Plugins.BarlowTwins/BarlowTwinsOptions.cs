using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BarlowTwins;

/// <summary>Options of <see cref="BarlowTwinsObjective"/>; the defaults are the authors'.</summary>
public sealed record BarlowTwinsOptions
{
    /// <summary>Linear layers of the projector.</summary>
    [Range(1, 8)]
    public int ProjectorLayers { get; init; } = 3;

    /// <summary>Width of the projector's hidden layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 8192;

    /// <summary>D, the length of an embedding: the matrix that is compared has D² numbers.</summary>
    [Range(2, 65536)]
    public int Dimension { get; init; } = 8192;

    /// <summary>λ, the weight of what is off the diagonal; about 1/D if embeddings are shorter than a few hundred numbers.</summary>
    [Range(0, 1, MinimumIsExclusive = true)]
    public double Lambda { get; init; } = 0.0051;
}
