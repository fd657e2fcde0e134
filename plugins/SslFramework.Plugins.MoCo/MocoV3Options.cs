using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MoCo;

/// <summary>
/// Options of <see cref="MocoV3Objective"/>; the defaults are the authors' for residual networks. For vision transformers
/// they use 3 projector layers, a <see cref="HeadNorm.Plain"/> predictor norm and a temperature of 0.2.
/// </summary>
public sealed record MocoV3Options
{
    /// <summary>Linear layers of the projector: 2 behind a residual network, 3 behind a vision transformer.</summary>
    [Range(1, 8)]
    public int ProjectorLayers { get; init; } = 2;

    /// <summary>Width of hidden layers in both heads.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 4096;

    /// <summary>D, the length of a query or key.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 256;

    /// <summary>Batch norm after hidden layers of both heads.</summary>
    public HeadNorm HiddenNorm { get; init; } = HeadNorm.Affine;

    /// <summary>Batch norm at the end of the projector.</summary>
    public HeadNorm ProjectorNorm { get; init; } = HeadNorm.Plain;

    /// <summary>Batch norm at the end of the predictor: none behind a residual network, plain behind a vision transformer.</summary>
    public HeadNorm PredictorNorm { get; init; } = HeadNorm.None;

    /// <summary>τ: 1 for residual networks, 0.2 for vision transformers.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1;

    /// <summary>m₀, the share of the momentum encoder that the first step keeps; it grows to 1 along half a cosine.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.99;
}
