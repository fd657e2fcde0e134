using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="AdamW"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>Share of the gradient's running mean that a step keeps.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the squared gradient's running mean that a step keeps.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// This times the learning rate and the weight is subtracted from the weight, unless <see cref="Decoupled"/> says otherwise.
    /// </summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The decay at the end of the run, which it approaches along half a cosine; null keeps it.</summary>
    [Range(0.0, 1.0)]
    public double? FinalWeightDecay { get; init; }

    /// <summary>
    /// Whether weights decay beside the gradient; if not, the decay is an L2 penalty: this times the weight is added to its gradient.
    /// </summary>
    public bool Decoupled { get; init; } = true;

    /// <summary>Which parameters decay.</summary>
    public WeightDecayScope Decay { get; init; } = WeightDecayScope.All;
}
