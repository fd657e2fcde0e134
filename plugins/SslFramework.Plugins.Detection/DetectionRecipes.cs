namespace SslFramework.Plugins.Detection;

/// <summary>Detectors as the papers train them.</summary>
internal static class DetectionRecipes
{
    // https://github.com/facebookresearch/moco/tree/main/detection; batch norms of a whole batch, as those synchronized over devices
    private static readonly DetectionSettings C4 = new()
    {
        Neck = NeckKind.C4,
        BoxSide = 14,
        MaskConvolutions = 0,
        NormSteps = 200,
        CandidatesInTraining = 12_000,
        ProposalsInTraining = 2000,
        Candidates = 6000,
    };

    // The base of detectron2's pyramids, with batch norm in new layers as MoCo has it
    private static readonly DetectionSettings Pyramid = new() { Neck = NeckKind.Fpn, Masks = true, Norm = NewNorm.Batch };

    /// <summary>The names of the recipes.</summary>
    public const string Names = "voc-c4, coco-c4, coco-fpn, coco-keypoints, lvis-fpn, cityscapes-fpn or vitdet";

    /// <summary>The settings of a recipe; null if there is none of that name.</summary>
    public static DetectionSettings? Of(string name) => name switch
    {
        "voc-c4" => C4 with { Steps = 24_000, Milestones = [18_000, 22_000], WarmupSteps = 100 },
        "coco-c4" => C4 with { Masks = true, Steps = 180_000, Milestones = [120_000, 160_000] },
        "coco-fpn" => Pyramid,
        "coco-keypoints" => Pyramid with
        {
            Masks = false,
            Keypoints = true,
            Steps = 180_000,
            Milestones = [120_000, 160_000],
            ProposalsInTraining = 1500,
            BoxBeta = 0.5,
        },
        "lvis-fpn" => Pyramid with { RepeatBelow = 0.001, LeastScore = 1e-4, MostDetections = 300 },
        "cityscapes-fpn" => Pyramid with { BatchSize = 8, LearningRate = 0.01, Steps = 24_000, Milestones = [18_000] },

        // https://github.com/facebookresearch/detectron2/tree/main/projects/ViTDet, ViT-B
        "vitdet" => new()
        {
            Neck = NeckKind.Simple,
            Masks = true,
            Steps = 184_375,
            Milestones = [163_889, 177_546],
            WarmupSteps = 250,
            BatchSize = 64,
            Optimizer = DetectionOptimizer.AdamW,
            LearningRate = 1e-4,
            WeightDecay = 0.1,
            LayerDecay = 0.7,
            DropPath = 0.1,
            Norm = NewNorm.Layer,
            ProposalConvolutions = 2,
            BoxConvolutions = 4,
            BoxLayers = 1,
        },
        _ => null,
    };
}
