using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Options of <see cref="AttentiveProbe"/>.</summary>
internal sealed record AttentiveProbeOptions
{
    /// <summary>Passes over the train images.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 20;

    /// <summary>Images per step; all of them if there are fewer.</summary>
    [Range(2, 65_536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>AdamW's first rate, which follows half a cosine to 0.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay of weight matrices.</summary>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>
    /// Heads of the attention, which must divide the length of a token; null takes heads of 64 numbers each, as vision transformers have,
    /// or of the next length above that divides it.
    /// </summary>
    [Range(1, 1024)]
    public int? Heads { get; init; }

    /// <summary>Seed of the start weights and of the order of the images.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }
}
