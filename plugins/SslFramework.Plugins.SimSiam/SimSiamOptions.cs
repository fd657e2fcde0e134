using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.SimSiam;

/// <summary>Options of <see cref="SimSiamObjective"/>; the defaults are the authors' for ImageNet.</summary>
public sealed record SimSiamOptions
{
    /// <summary>Linear layers of the projector: 3 for ImageNet, 2 for CIFAR-10.</summary>
    [Range(2, 8)]
    public int ProjectorLayers { get; init; } = 3;

    /// <summary>Width of the projector's hidden layers; null takes the width of the features, as the authors do.</summary>
    [Range(1, 65536)]
    public int? ProjectorHidden { get; init; }

    /// <summary>D, the length of a projection and of a prediction.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 2048;

    /// <summary>Width of the predictor's hidden layer: a bottleneck, a quarter of D.</summary>
    [Range(1, 65536)]
    public int PredictorHidden { get; init; } = 512;

    /// <summary>
    /// Whether the predictor keeps the schedule's highest rate while that of the other layers falls, as the authors recommend.
    /// </summary>
    public bool FixPredictorRate { get; init; } = true;
}
