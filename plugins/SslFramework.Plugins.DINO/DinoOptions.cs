using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DINO;

/// <summary>Options of <see cref="DinoObjective"/>; the defaults are the authors' for ViT-S/16.</summary>
public sealed record DinoOptions
{
    /// <summary>The number of global views, which come first; the teacher sees them alone, the student sees all views.</summary>
    [Range(1, 64)]
    public int GlobalViews { get; init; } = 2;

    /// <summary>The head of both networks.</summary>
    public DinoHeadOptions Head { get; init; } = new();

    /// <summary>τs.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double StudentTemperature { get; init; } = 0.1;

    /// <summary>τt, after its warm-up; 0.07 makes the authors' longer runs better.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double TeacherTemperature { get; init; } = 0.04;

    /// <summary>τt in the first epoch; too high a one collapses.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double FirstTeacherTemperature { get; init; } = 0.04;

    /// <summary>Epochs in which τt goes in a line from the first to the last.</summary>
    [Range(0, 100_000)]
    public int TemperatureWarmupEpochs { get; init; }

    /// <summary>The share of the center that a step keeps.</summary>
    [Range(0.0, 1.0)]
    public double CenterMomentum { get; init; } = 0.9;

    /// <summary>m₀, the share of the teacher that the first step keeps; it grows to 1 along half a cosine. 0.99 for short runs.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.996;

    /// <summary>The length that the gradient of each parameter is shortened to, if it is longer; null leaves them.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double? ClipEach { get; init; } = 3;

    /// <summary>The number of epochs in which the prototypes stay as they are.</summary>
    [Range(0, 100_000)]
    public int FrozenPrototypeEpochs { get; init; } = 1;
}
