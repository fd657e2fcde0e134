using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>All settings of a linear probe, spelled out.</summary>
internal sealed record ProbeSettings
{
    /// <summary>Passes over the train images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Features per step; all of them if there are fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Learning rates to choose from.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>How the rates grow with the batch.</summary>
    public LearningRateScaling Scaling { get; init; }

    /// <summary>The update rule.</summary>
    public ProbeOptimizer Optimizer { get; init; }

    /// <summary>Share of the last step's direction that is kept.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 penalty: this times the weight is added to its gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>Epochs at which the rate is multiplied by <see cref="Factor"/>; if empty, the rate follows half a cosine to 0.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [];

    /// <summary>Factor on the rate at a milestone.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Whether the rate changes between epochs only.</summary>
    public bool PerEpoch { get; init; }

    /// <summary>How features are normalized before the classifier.</summary>
    public FeatureNormalization Normalization { get; init; }

    /// <summary>Start weights of the classifier; its bias starts at 0.</summary>
    public ProbeStart Start { get; init; }

    /// <summary>How the maps of a layer become fewer numbers.</summary>
    public MapPooling Pooling { get; init; }

    /// <summary>About how many numbers they become.</summary>
    public int PooledLength { get; init; } = 9000;

    /// <summary>Which features are classified.</summary>
    public FeatureLayers Layers { get; init; }

    /// <summary>Seed of start weights, orders, views, and of what is held out.</summary>
    public int Seed { get; init; }

    /// <summary>Whether features were computed once, as is done without a training transform.</summary>
    public bool FeaturesKept { get; init; }
}
