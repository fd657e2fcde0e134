using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="Lars"/>.</summary>
internal sealed record LarsOptions
{
    /// <summary>Where the learning rate enters.</summary>
    public LarsVariant Variant { get; init; } = LarsVariant.LearningRateOutside;

    /// <summary>Part of the last step's direction that is kept.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Times the weight, added to its gradient. One-dimensional parameters never decay.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-6;

    /// <summary>η, the length of a step relative to the length of the weight.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double TrustCoefficient { get; init; } = 0.001;
}

/// <summary>Two algorithms that go by the same name. They differ whenever the learning rate changes.</summary>
internal enum LarsVariant
{
    /// <summary>μ ← m·μ + q·g; w ← w − lr·μ (MoCo v3, MAE).</summary>
    LearningRateOutside,

    /// <summary>μ ← m·μ + lr·q·g; w ← w − μ (SimCLR).</summary>
    LearningRateInside,
}
