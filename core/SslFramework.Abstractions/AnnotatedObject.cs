namespace SslFramework;

/// <summary>An object in an image, as whoever labeled the image described it.</summary>
/// <param name="Class">Its class, a number in <see cref="AnnotationInfo.ObjectClasses"/>.</param>
/// <param name="Box">The smallest rectangle with the object in it.</param>
public sealed record AnnotatedObject(int Class, Box Box)
{
    /// <summary>Its pixels, if the data tell: metrics sort objects by size. Null means those of the mask, else of the box.</summary>
    public double? Area { get; init; }

    /// <summary>Whether this is a group that nobody told apart: found there, something counts neither for nor against a detector.</summary>
    public bool Crowd { get; init; }

    /// <summary>Whether it is so hard to see that it does not count.</summary>
    public bool Difficult { get; init; }

    /// <summary>Its pixels; null if only its box is known.</summary>
    public RunLengthMask? Mask { get; init; }

    /// <summary>Its points, in order of <see cref="AnnotationInfo.KeypointNames"/>; empty if there are none.</summary>
    public IReadOnlyList<Keypoint> Keypoints { get; init; } = [];
}
