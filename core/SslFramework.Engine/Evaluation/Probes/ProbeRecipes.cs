using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Linear probes as the papers have them.</summary>
internal static class ProbeRecipes
{
    /// <summary>The recipe that suits every method: normalised features, and a choice of rates.</summary>
    public const string Generic = "generic";

    /// <summary>The settings of a recipe.</summary>
    /// <param name="name">One of <see cref="LinearProbeOptions.Recipe"/>'s.</param>
    public static ProbeSettings Of(string name) => name switch
    {
        // https://github.com/gidariss/FeatureLearningRotNet, its ImageNet_LinearClassifiers configuration
        "rotnet" => new()
        {
            Epochs = 35,
            BatchSize = 192,
            LearningRates = [0.01],
            Nesterov = true,
            WeightDecay = 5e-4,
            Milestones = [5, 15, 25],
            Factor = 0.2,
            PerEpoch = true,
            Normalization = FeatureNormalization.PerChannel,
            Start = ProbeStart.ByClasses,
            Pooling = MapPooling.Max,
        },

        // https://github.com/facebookresearch/moco, main_lincls.py: the rate does not scale with the batch
        "moco-v1" => new() { Epochs = 100, BatchSize = 256, LearningRates = [30], Milestones = [60, 80], PerEpoch = true },

        // https://arxiv.org/abs/2002.05709 appendix B.6
        "simclr" => new()
        {
            Epochs = 90,
            BatchSize = 4096,
            LearningRates = [0.1],
            Scaling = LearningRateScaling.Linear,
            Nesterov = true,
            Start = ProbeStart.Zero,
        },

        // https://github.com/facebookresearch/moco-v3, main_lincls.py: 0.1 for ResNet-50, 3 for transformers
        "moco-v3" => new()
        {
            Epochs = 90,
            BatchSize = 1024,
            LearningRates = [0.1, 3],
            Scaling = LearningRateScaling.Linear,
            PerEpoch = true,
        },

        // https://arxiv.org/abs/2111.06377 table 10
        "mae" => new()
        {
            Epochs = 90,
            BatchSize = 16384,
            LearningRates = [0.1],
            Scaling = LearningRateScaling.Linear,
            Optimizer = ProbeOptimizer.Lars,
            WarmupEpochs = 10,
            Normalization = FeatureNormalization.PerNumber,
        },

        _ => new()
        {
            Epochs = 30,
            BatchSize = 256,
            LearningRates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3],
            Normalization = FeatureNormalization.PerNumber,
        },
    };
}
