using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations;

namespace SslFramework.Plugins.Exemplar;

/// <summary>Options of <see cref="ExemplarObjective"/>; the ranges are the paper's, section 3.1.</summary>
public sealed record ExemplarOptions
{
    /// <summary>Side of a transformed patch in pixels.</summary>
    [Range(4, 1024)]
    public int PatchSize { get; init; } = 32;

    /// <summary>Largest translation along each side, in sides of the patch.</summary>
    [Range(0.0, 1.0)]
    public double Translation { get; init; } = 0.2;

    /// <summary>Bounds of the size of the part of the image that a patch shows, in sides of the patch.</summary>
    [Interval(0.1, 10)]
    public IReadOnlyList<double> Scale { get; init; } = [0.7, 1.4];

    /// <summary>Largest rotation to either side, in degrees.</summary>
    [Range(0.0, 180.0)]
    public double Rotation { get; init; } = 20;

    /// <summary>Contrast 1: factors along each principal axis of the data's colors.</summary>
    [Interval(0, 100)]
    public IReadOnlyList<double> AxisFactor { get; init; } = [0.5, 2];

    /// <summary>
    /// If given, factors are 2^N(0, σ²) instead, with one σ per axis from the strongest on, as the authors' code draws them: [1, 1, 0.5].
    /// </summary>
    public IReadOnlyList<double>? AxisDeviations { get; init; }

    /// <summary>Contrast 2: exponents of saturation and value, each drawn by itself.</summary>
    [Interval(0.01, 100)]
    public IReadOnlyList<double> Power { get; init; } = [0.25, 4];

    /// <summary>Contrast 2: factors of saturation and value.</summary>
    [Interval(0, 100)]
    public IReadOnlyList<double> Factor { get; init; } = [0.7, 1.4];

    /// <summary>Contrast 2: the most that is added to or subtracted from saturation and value, which are in [0, 1].</summary>
    [Range(0.0, 1.0)]
    public double Offset { get; init; } = 0.1;

    /// <summary>Largest shift of the hue, in turns.</summary>
    [Range(0.0, 0.5)]
    public double Hue { get; init; } = 0.1;

    /// <summary>How scales, exponents and factors are drawn from their ranges.</summary>
    public RatioDraw Ratios { get; init; } = RatioDraw.Uniform;

    /// <summary>
    /// Whether a batch norm (without scale and shift) comes before the classifier, which is not in the paper. Features of a residual
    /// network are positive and much alike at first, so that thousands of classes take very long to separate without it.
    /// </summary>
    public bool FeatureNorm { get; init; }

    /// <summary>Subtracted from every channel after the transformations; views themselves must be in [0, 1].</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>Divisor of every channel after that.</summary>
    [Range(0.0, 1e6, MinimumIsExclusive = true)]
    public IReadOnlyList<double> Std { get; init; } = [];
}

/// <summary>How a ratio is drawn from a range.</summary>
public enum RatioDraw
{
    /// <summary>All values are equally likely.</summary>
    Uniform,

    /// <summary>All logarithms are equally likely, as in the authors' code: 1/2 is as likely as 2.</summary>
    Logarithmic,
}
