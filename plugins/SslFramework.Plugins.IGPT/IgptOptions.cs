using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.IGPT;

/// <summary>Options of <see cref="IgptObjective"/>.</summary>
public sealed record IgptOptions
{
    /// <summary>What is predicted. The backbone must be causal for the first, and must not be for the second.</summary>
    public PixelObjective Objective { get; init; }

    /// <summary>The chance of a pixel to be hidden and predicted, if some are masked.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double MaskProbability { get; init; } = 0.15;
}

/// <summary>What a network predicts of an image's pixels.</summary>
public enum PixelObjective
{
    /// <summary>Every pixel from those before it, row by row.</summary>
    Autoregressive,

    /// <summary>Hidden pixels from all others, as BERT does with words. Devlin et al. 2019, https://arxiv.org/abs/1810.04805</summary>
    Masked,
}
