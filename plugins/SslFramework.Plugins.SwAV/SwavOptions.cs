using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.SwAV;

/// <summary>Options of <see cref="SwavObjective"/>; the defaults are the paper's for batches of 4096 images.</summary>
public sealed record SwavOptions
{
    /// <summary>Width of the projector's hidden layer; 0 leaves one linear layer.</summary>
    [Range(0, 65536)]
    public int HiddenDimension { get; init; } = 2048;

    /// <summary>D, the length of an embedding and of a prototype.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>K, the number of prototypes: several times the classes that may be in the images.</summary>
    [Range(2, 1 << 20)]
    public int Prototypes { get; init; } = 3000;

    /// <summary>The views whose assignments the others predict: the first ones, which should be the large ones.</summary>
    [Range(1, 64)]
    public int AssignedViews { get; init; } = 2;

    /// <summary>τ of the predictions, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>ε of the assignments, above 0: the smaller, the closer each is to a single prototype.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 0.05;

    /// <summary>Iterations of the Sinkhorn algorithm.</summary>
    [Range(1, 100)]
    public int Iterations { get; init; } = 3;

    /// <summary>Epochs before the prototypes begin to move; the authors' first 313 steps are one epoch of ImageNet.</summary>
    [Range(0.0, 100_000.0)]
    public double FreezePrototypesEpochs { get; init; } = 1;

    /// <summary>
    /// Embeddings of earlier batches that take part in the assignments, for batches with fewer images than there are prototypes: 3840 in
    /// the paper.
    /// </summary>
    [Range(0, 1 << 24)]
    public int QueueLength { get; init; }

    /// <summary>The epoch in which the queue begins to fill: before, embeddings change too fast.</summary>
    [Range(0.0, 100_000.0)]
    public double QueueStartEpoch { get; init; } = 15;
}
