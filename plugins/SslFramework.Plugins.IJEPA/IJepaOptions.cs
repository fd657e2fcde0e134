using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations;

namespace SslFramework.Plugins.IJEPA;

/// <summary>Options of <see cref="IJepaObjective"/>; the defaults are the authors' for ViT-H/14.</summary>
public sealed record IJepaOptions
{
    /// <summary>Number of blocks of each image that are predicted, one by one.</summary>
    [Range(1, 64)]
    public int TargetBlocks { get; init; } = 4;

    /// <summary>
    /// Bounds of the area of a target block, as a share of the grid. One random number sets it and the aspect of a step's blocks.
    /// </summary>
    [Interval(0.01, 1)]
    public IReadOnlyList<double> TargetScale { get; init; } = [0.15, 0.2];

    /// <summary>Bounds of the height of a target block by its width.</summary>
    [Interval(0.1, 10)]
    public IReadOnlyList<double> TargetAspect { get; init; } = [0.75, 1.5];

    /// <summary>Bounds of the area of the square block that the context is what remains of.</summary>
    [Interval(0.01, 1)]
    public IReadOnlyList<double> ContextScale { get; init; } = [0.85, 1];

    /// <summary>A block, and the context without the targets, have more patches than this; 4 for grids of about 7 × 7.</summary>
    [Range(0, 4096)]
    public int SmallestBlock { get; init; } = 10;

    /// <summary>Length of a token in the predictor: a multiple of 4 and of its heads.</summary>
    [Range(4, 16384)]
    public int PredictorDimension { get; init; } = 384;

    /// <summary>Number of blocks of the predictor; 6 for ViT-B.</summary>
    [Range(1, 256)]
    public int PredictorDepth { get; init; } = 12;

    /// <summary>Attention heads of the predictor.</summary>
    [Range(1, 1024)]
    public int PredictorHeads { get; init; } = 16;

    /// <summary>m₀, the share of the teacher that the first step keeps; it grows to 1 in a line. 0.99 for short runs.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.996;
}
