using SslFramework.Core.Optimization;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>Everything that fine-tuning does, spelled out.</summary>
internal sealed record FineTuneSettings
{
    /// <summary>Passes over the train images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images of one step; all of them where there are fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The highest learning rate for 256 images a step, of the classifier; layers below have less by <see cref="LayerDecay"/>.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate grows with the batch.</summary>
    public LearningRateScaling Scaling { get; init; } = LearningRateScaling.Linear;

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>The rate at the end of the half cosine.</summary>
    public double MinimumRate { get; init; }

    /// <summary>The update rule.</summary>
    public FineTuneOptimizer Optimizer { get; init; }

    /// <summary>Of weight matrices; biases, norms, tokens and positions do not decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>What a layer's rate is multiplied by for each layer above it.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>Probability of skipping a branch of the last block, for backbones that can.</summary>
    public double DropPath { get; init; }

    /// <summary>α of mixup's Beta(α, α); 0 does without.</summary>
    public double Mixup { get; init; }

    /// <summary>α of CutMix's Beta(α, α); 0 does without. With both, each batch takes one of them.</summary>
    public double CutMix { get; init; }

    /// <summary>ε, the part of each target that is shared by all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How often a random rectangle of an image becomes noise.</summary>
    public double Erasing { get; init; }

    /// <summary>Deviation of the classifier's first weights.</summary>
    public double HeadDeviation { get; init; } = 0.01;

    /// <summary>Whether a transformer's final norm gives way to a new one after the mean of its patch tokens.</summary>
    public bool MeanOfPatches { get; init; }

    /// <summary>The linear probe's recipe where no block is trained.</summary>
    public string Probe { get; init; } = ProbeRecipes.Generic;

    /// <summary>How many of the last blocks are trained, each in a training of its own; all where it is empty.</summary>
    public IReadOnlyList<double> Blocks { get; init; } = [];

    /// <summary>Seed of the classifier's weights, orders, views and mixing.</summary>
    public int Seed { get; init; }
}

/// <summary>How fine-tuning learns.</summary>
internal enum FineTuneOptimizer
{
    /// <summary>AdamW with β 0.9 and 0.999.</summary>
    Adamw,

    /// <summary>Stochastic gradient descent with Nesterov's momentum 0.9.</summary>
    Sgd,
}
