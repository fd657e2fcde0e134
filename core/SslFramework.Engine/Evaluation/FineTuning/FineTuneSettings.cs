using SslFramework.Core.Optimization;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>All settings of fine-tuning, spelled out.</summary>
internal sealed record FineTuneSettings
{
    /// <summary>Passes over the train images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images per step; all of them if there are fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// The highest learning rate for 256 images per step, of the classifier; lower layers have less by <see cref="LayerDecay"/>.
    /// </summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate grows with the batch.</summary>
    public LearningRateScaling Scaling { get; init; } = LearningRateScaling.Linear;

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>The rate at the end of the half cosine.</summary>
    public double MinimumRate { get; init; }

    /// <summary>The update rule.</summary>
    public FineTuneOptimizer Optimizer { get; init; }

    /// <summary>Weight decay of weight matrices; biases, norms, tokens and positions do not decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Factor by which a layer's rate shrinks for each layer above it.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Probability of skipping a branch of the last block, for backbones that can.</summary>
    public double DropPath { get; init; }

    /// <summary>α of mixup's Beta(α, α); 0 disables it.</summary>
    public double Mixup { get; init; }

    /// <summary>α of CutMix's Beta(α, α); 0 disables it. With both, each batch uses one of them.</summary>
    public double CutMix { get; init; }

    /// <summary>ε, the share of each target that is spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The probability that a random rectangle of an image becomes noise.</summary>
    public double Erasing { get; init; }

    /// <summary>Standard deviation of the classifier's start weights.</summary>
    public double HeadDeviation { get; init; } = 0.01;

    /// <summary>Whether a new norm after the mean of the patch tokens replaces a transformer's final norm.</summary>
    public bool MeanOfPatches { get; init; }

    /// <summary>The linear probe's recipe if no block is trained.</summary>
    public string Probe { get; init; } = ProbeRecipes.Generic;

    /// <summary>How many of the last blocks are trained, each number in a training of its own; empty trains all.</summary>
    public IReadOnlyList<double> Blocks { get; init; } = [];

    /// <summary>Seed of the classifier's weights, orders, views and mixing.</summary>
    public int Seed { get; init; }
}
