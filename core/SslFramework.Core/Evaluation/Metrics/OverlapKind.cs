namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>What of a detection and an object is compared.</summary>
public enum OverlapKind
{
    /// <summary>Boxes, by intersection over union.</summary>
    Boxes,

    /// <summary>Masks, by intersection over union.</summary>
    Masks,

    /// <summary>Points, by COCO's object keypoint similarity.</summary>
    Keypoints,
}
