using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.LeJEPA;

/// <summary>Options of <see cref="LeJepaObjective"/>; the defaults are those of the authors' minimal example.</summary>
public sealed record LeJepaOptions
{
    /// <summary>Linear layers of the projector.</summary>
    [Range(1, 8)]
    public int ProjectorLayers { get; init; } = 3;

    /// <summary>Width of the projector's hidden layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 2048;

    /// <summary>K, the length of an embedding: 16 to 64.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 16;

    /// <summary>λ, the share of SIGReg in the loss, 0.01 to 0.1; the rest is the distance between views.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; init; } = 0.02;

    /// <summary>M, the random directions along which embeddings are compared with a Gaussian; new ones at each step.</summary>
    [Range(1, 1 << 16)]
    public int Directions { get; init; } = 256;

    /// <summary>T, the points at which characteristic functions are compared.</summary>
    [Range(2, 1024)]
    public int Knots { get; init; } = 17;

    /// <summary>
    /// How many views make the center that all views are drawn to: the largest ones, and of equal ones the first. Null takes all views of
    /// the largest size, which are all views if sizes are equal.
    /// </summary>
    [Range(1, 1024)]
    public int? GlobalViews { get; init; }
}
