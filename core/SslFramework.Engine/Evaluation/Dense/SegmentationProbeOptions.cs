using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Options of <see cref="SegmentationProbe"/>.</summary>
internal sealed record SegmentationProbeOptions : DenseOptions
{
    /// <summary>Passes over the patches.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 12;

    /// <summary>Patches per step.</summary>
    [Range(2, 1 << 20)]
    public int BatchSize { get; init; } = 1024;

    /// <summary>Adam's first rate, which follows half a cosine to 0. Features of more than 256 numbers learn as much slower.</summary>
    [Range(1e-6, 10.0)]
    public double LearningRate { get; init; } = 0.02;
}
