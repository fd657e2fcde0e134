using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.AMDIM;

/// <summary>Options of <see cref="AmdimObjective"/>; the defaults are the authors'.</summary>
public sealed record AmdimOptions
{
    /// <summary>Scores lie between minus this and this.</summary>
    [Range(0, 1000, MinimumIsExclusive = true)]
    public double Clip { get; init; } = 20;

    /// <summary>The weight of the mean squared score, before scores are clipped.</summary>
    [Range(0.0, 1000.0)]
    public double Penalty { get; init; } = 0.05;

    /// <summary>The probability that both views of an image are flipped from left to right.</summary>
    [Range(0.0, 1.0)]
    public double FlipProbability { get; init; } = 0.5;
}
