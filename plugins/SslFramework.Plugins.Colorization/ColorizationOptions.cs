using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Colorization;

/// <summary>Options of <see cref="ColorizationObjective"/>; the defaults are the authors'.</summary>
public sealed record ColorizationOptions
{
    /// <summary>Pixels from one color that is predicted to the next: 4, and 8 in the authors' AlexNet.</summary>
    [Range(1, 256)]
    public int TargetStride { get; init; } = 4;

    /// <summary>
    /// How much of the frequency of colors is taken for uniform when rare ones are given more weight: 1 gives all the same weight.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double UniformShare { get; init; } = 0.5;

    /// <summary>Images of the training set in which colors are counted, evenly spaced.</summary>
    [Range(1, 1_000_000)]
    public int PriorImages { get; init; } = 2000;
}
