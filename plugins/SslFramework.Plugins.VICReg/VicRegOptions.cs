using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.VICReg;

/// <summary>Options of <see cref="VicRegObjective"/>; the defaults are the authors'.</summary>
public sealed record VicRegOptions
{
    /// <summary>Linear layers of the expander.</summary>
    [Range(2, 8)]
    public int ExpanderLayers { get; init; } = 3;

    /// <summary>Width of the expander's hidden layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 8192;

    /// <summary>D, the length of an embedding: the covariance matrix has D² numbers.</summary>
    [Range(2, 65536)]
    public int Dimension { get; init; } = 8192;

    /// <summary>λ of the paper, the weight of the distance between the two views.</summary>
    [Range(0.0, 10_000.0)]
    public double InvarianceWeight { get; init; } = 25;

    /// <summary>μ, the weight of the standard deviations that are below 1.</summary>
    [Range(0.0, 10_000.0)]
    public double VarianceWeight { get; init; } = 25;

    /// <summary>ν, the weight of the covariances.</summary>
    [Range(0.0, 10_000.0)]
    public double CovarianceWeight { get; init; } = 1;
}
