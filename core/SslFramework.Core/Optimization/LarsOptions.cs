using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Optimization;

/// <summary>Options of <see cref="Lars"/>.</summary>
internal sealed record LarsOptions
{
    /// <summary>Where the learning rate enters the update.</summary>
    public LarsVariant Variant { get; init; } = LarsVariant.LearningRateOutside;

    /// <summary>Share of the last step's direction that is kept.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// L2 penalty: this times the weight is added to its gradient. One-dimensional parameters decay in <see cref="LarsVariant.Larc"/> only.
    /// </summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 1e-6;

    /// <summary>The decay at the end of the run, which it approaches along half a cosine; null keeps it.</summary>
    [Range(0.0, 1.0)]
    public double? FinalWeightDecay { get; init; }

    /// <summary>η, the length of a step relative to the length of the weight.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double TrustCoefficient { get; init; } = 0.001;
}

/// <summary>Three algorithms of the same family. The first two differ whenever the learning rate changes.</summary>
internal enum LarsVariant
{
    /// <summary>μ ← m·μ + q·g; w ← w − lr·μ (MoCo v3, MAE).</summary>
    LearningRateOutside,

    /// <summary>μ ← m·μ + lr·q·g; w ← w − μ (SimCLR).</summary>
    LearningRateInside,

    /// <summary>
    /// LARC as in NVIDIA's apex, for every parameter: q = η‖w‖ / (‖g‖ + wd·‖w‖ + 10⁻⁸), the norms of weight and gradient apart; then as
    /// <see cref="LearningRateOutside"/> (SwAV).
    /// </summary>
    Larc,
}
