using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BYOL;

/// <summary>Options of <see cref="ByolObjective"/>; the defaults are the paper's for 1000 epochs.</summary>
public sealed record ByolOptions
{
    /// <summary>Width of the hidden layer in projector and predictor.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 4096;

    /// <summary>D, the length of a projection and of a prediction.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 256;

    /// <summary>
    /// τ₀, the share of the target network that the first step keeps; it grows to 1 along half a cosine. The authors take 0.996 for
    /// 1000 epochs, 0.99 for 300 and for 100, and 0.97 for 40.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.996;
}
