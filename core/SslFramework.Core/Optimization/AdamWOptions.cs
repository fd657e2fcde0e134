using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="AdamW"/>.</summary>
internal sealed record AdamWOptions
{
    /// <summary>Part of the gradient's running mean that a step keeps.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Part of the squared gradient's running mean that a step keeps.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Times the learning rate and the weight, taken from the weight.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Which parameters decay.</summary>
    public WeightDecayScope Decay { get; init; } = WeightDecayScope.All;
}
