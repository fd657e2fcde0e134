using SslFramework.Core.Optimization;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>Fine-tuning as the papers have it.</summary>
internal static class FineTuneRecipes
{
    /// <summary>The settings of a recipe.</summary>
    /// <param name="name"><c>mae</c> or <c>simclr</c>.</param>
    public static FineTuneSettings Of(string name) => name == "simclr"
        // https://arxiv.org/abs/2002.05709 appendix B.5: nothing but crops and flips, 30 epochs with 10 % of the labels, 60 with 1 %
        ? new()
        {
            Epochs = 30,
            BatchSize = 4096,
            LearningRate = 0.05,
            Optimizer = FineTuneOptimizer.Sgd,
            Probe = "simclr",
        }

        // https://github.com/facebookresearch/mae/blob/main/FINETUNE.md, ViT-B; L and H: learningRate 1e-3, layerDecay 0.75, epochs 50
        : new()
        {
            Epochs = 100,
            BatchSize = 1024,
            LearningRate = 5e-4,
            WarmupEpochs = 5,
            MinimumRate = 1e-6,
            WeightDecay = 0.05,
            LayerDecay = 0.65,
            DropPath = 0.1,
            Mixup = 0.8,
            CutMix = 1,
            LabelSmoothing = 0.1,
            Erasing = 0.25,
            HeadDeviation = 2e-5,
            MeanOfPatches = true,
            Probe = "mae",
        };
}
