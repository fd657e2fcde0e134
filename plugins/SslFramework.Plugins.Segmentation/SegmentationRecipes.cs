namespace SslFramework.Plugins.Segmentation;

/// <summary>Segmentation as the papers do it.</summary>
internal static class SegmentationRecipes
{
    /// <summary>Names that a message can list.</summary>
    public const string Names = "voc, cityscapes or ade20k";

    /// <summary>The settings of a recipe.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static SegmentationSettings Of(string name) => name switch
    {
        // MoCo, https://arxiv.org/abs/1911.05722 appendix A: random scale 0.5 to 2, crops of 513 and of 769, whole images in the test
        "voc" => Fcn(steps: 30_000, learningRate: 0.003),
        "cityscapes" => Fcn(steps: 90_000, learningRate: 0.01),

        // BEiT's code, which MAE (https://arxiv.org/abs/2111.06377 appendix A.4) builds on: UperNet on ViT-B, crops of 512
        _ => new()
        {
            Head = HeadKind.Upernet,
            Steps = 160_000,
            BatchSize = 16,
            LearningRate = 3e-5,
            Decay = RateDecay.Linear,
            WarmupSteps = 1500,
            Optimizer = SegmentationOptimizer.Adamw,
            WeightDecay = 0.05,
            LayerDecay = 0.9,
            DropPath = 0.1,
            Dropout = 0.1,
            Width = 768,
            Auxiliary = 0.4,
            LargestShare = 0.75,
            Window = 512,
            WindowStride = 341,
        },
    };

    private static SegmentationSettings Fcn(int steps, double learningRate) => new()
    {
        Head = HeadKind.Fcn,
        Steps = steps,
        BatchSize = 16,
        LearningRate = learningRate,
        OutputStride = 16,
        AlignCorners = true,
    };
}
