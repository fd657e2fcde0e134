using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Everything that a linear probe does, spelled out.</summary>
internal sealed record ProbeSettings
{
    /// <summary>Passes over the train images.</summary>
    public required int Epochs { get; init; }

    /// <summary>Features of one step; all of them where there are fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Learning rates to choose from.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>How the rates grow with the batch.</summary>
    public LearningRateScaling Scaling { get; init; }

    /// <summary>The update rule.</summary>
    public ProbeOptimizer Optimizer { get; init; }

    /// <summary>Part of the last step's direction that is kept.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Looks one step ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Times the weight, added to its gradient.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Epochs of linear growth of the rate from 0.</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>Epochs at which the rate falls to <see cref="Factor"/> of itself; half a cosine to 0 where there are none.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [];

    /// <summary>What the rate is multiplied by at a milestone.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Whether the rate changes between epochs only.</summary>
    public bool PerEpoch { get; init; }

    /// <summary>How features are normalised before the classifier.</summary>
    public FeatureNormalization Normalization { get; init; }

    /// <summary>Start weights of the classifier; its bias starts at 0.</summary>
    public ProbeStart Start { get; init; }

    /// <summary>How the maps of a layer become fewer numbers.</summary>
    public MapPooling Pooling { get; init; }

    /// <summary>To about how many numbers.</summary>
    public int PooledLength { get; init; } = 9000;

    /// <summary>Which features are classified.</summary>
    public FeatureLayers Layers { get; init; }

    /// <summary>Seed of start weights, orders, views, and of what is held out.</summary>
    public int Seed { get; init; }

    /// <summary>Whether features were computed once, which is so without a training transform.</summary>
    public bool FeaturesKept { get; init; }
}

/// <summary>How a linear probe learns.</summary>
internal enum ProbeOptimizer
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>The same with layer-wise rates, η = 0.001, as MAE (https://arxiv.org/abs/1708.03888).</summary>
    Lars,
}

/// <summary>A BatchNorm without weights, in training mode while the classifier learns, or none.</summary>
internal enum FeatureNormalization
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each number by itself, ε = 10⁻⁶ (MAE).</summary>
    PerNumber,

    /// <summary>Each channel over all its places, ε = 10⁻⁵ (RotNet).</summary>
    PerChannel,
}

/// <summary>Start weights of a linear classifier.</summary>
internal enum ProbeStart
{
    /// <summary>Normal(0, 0.01²).</summary>
    Small,

    /// <summary>Normal(0, 2 / classes), as RotNet.</summary>
    ByClasses,

    /// <summary>0, as SimCLR.</summary>
    Zero,
}

/// <summary>How maps become fewer numbers.</summary>
internal enum MapPooling
{
    /// <summary>The mean of each field.</summary>
    Average,

    /// <summary>The largest of each field.</summary>
    Max,
}
