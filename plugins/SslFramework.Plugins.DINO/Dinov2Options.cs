using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DINO;

/// <summary>
/// Options of <see cref="Dinov2Objective"/>; the defaults are those of DINOv2's short runs. iBOT (https://arxiv.org/abs/2111.07832) has
/// <c>"koLeoWeight": 0</c>, heads of 8,192 prototypes, and masks <c>{ "share": 1, "smallestRatio": 0.3, "largestRatio": 0.3 }</c>.
/// </summary>
public sealed record Dinov2Options
{
    /// <summary>The number of global views, which come first; the teacher sees them alone, the student sees all views.</summary>
    [Range(1, 64)]
    public int GlobalViews { get; init; } = 2;

    /// <summary>The head of both networks; its prototypes' lengths are trained, unlike DINO's.</summary>
    public DinoHeadOptions Head { get; init; } = new();

    /// <summary>Whether patches have a head of their own, as in DINOv2's large models; otherwise they share that of class tokens.</summary>
    public bool SeparateHead { get; init; }

    /// <summary>Which patches the student does not see.</summary>
    public MaskOptions Masks { get; init; } = new();

    /// <summary>The weight of the loss over masked patches.</summary>
    [Range(0.0, 100.0)]
    public double PatchWeight { get; init; } = 1;

    /// <summary>The weight of <see cref="KoLeo"/>.</summary>
    [Range(0.0, 100.0)]
    public double KoLeoWeight { get; init; } = 0.1;

    /// <summary>What keeps the teacher's scores from collapsing.</summary>
    public Centering Centering { get; init; }

    /// <summary>τs.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double StudentTemperature { get; init; } = 0.1;

    /// <summary>τt, after its warm-up.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double TeacherTemperature { get; init; } = 0.07;

    /// <summary>τt at the first step.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double FirstTeacherTemperature { get; init; } = 0.04;

    /// <summary>Epochs in which τt goes in a line, step by step, from the first to the last.</summary>
    [Range(0, 100_000)]
    public double TemperatureWarmupEpochs { get; init; } = 30;

    /// <summary>The share of a center that a step keeps.</summary>
    [Range(0.0, 1.0)]
    public double CenterMomentum { get; init; } = 0.9;

    /// <summary>m₀, the share of the teacher that the first step keeps; it grows to 1 along half a cosine. 0.99 for short runs.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.992;

    /// <summary>
    /// The length that the gradient of the backbone, and that of each head, is shortened to, if it is longer; null leaves them.
    /// </summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double? ClipEach { get; init; } = 3;

    /// <summary>The number of epochs in which the prototypes stay as they are.</summary>
    [Range(0, 100_000)]
    public int FrozenPrototypeEpochs { get; init; } = 1;

    /// <summary>The factor on the learning rate per block, from the top down, above 0; 1 trains all alike.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LayerDecay { get; init; } = 0.9;

    /// <summary>A further factor on the learning rate of the patch projection.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double PatchEmbeddingRate { get; init; } = 0.2;
}

/// <summary>How the teacher's scores become a distribution that does not collapse.</summary>
public enum Centering
{
    /// <summary>A running mean is subtracted before the softmax, as in DINO and iBOT.</summary>
    RunningMean,

    /// <summary>
    /// Every prototype gets the same share of the batch, as in SwAV: three iterations of <see cref="Core.Objectives.Sinkhorn"/>.
    /// </summary>
    Sinkhorn,
}
