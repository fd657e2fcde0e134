namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>What a detector says is in an image.</summary>
/// <param name="Class">Its class, a number in <see cref="AnnotationInfo.ObjectClasses"/>.</param>
/// <param name="Score">How sure the detector is; any finite number.</param>
/// <param name="Box">The smallest rectangle with the object in it.</param>
public sealed record DetectedObject(int Class, double Score, Box Box)
{
    /// <summary>Its pixels; null without masks.</summary>
    public RunLengthMask? Mask { get; init; }

    /// <summary>Its points, in order of <see cref="AnnotationInfo.KeypointNames"/>; empty without keypoints.</summary>
    public IReadOnlyList<Keypoint> Keypoints { get; init; } = [];
}
