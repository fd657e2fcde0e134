namespace SslFramework;

/// <summary>What a source knows of places in its images.</summary>
/// <param name="Kinds">What there is for every image; <see cref="LabelKinds.Classes"/> is told by <see cref="IDataSource.Label"/>.</param>
public sealed record AnnotationInfo(LabelKinds Kinds)
{
    /// <summary>Nothing is known.</summary>
    public static AnnotationInfo None { get; } = new(LabelKinds.None);

    /// <summary>Names of the classes of pixels, in order of their numbers; empty without maps.</summary>
    public IReadOnlyList<string> MapClasses { get; init; } = [];

    /// <summary>
    /// The class of pixels that belong to no object, which most are; null if there is none. Scores of the others are told apart from it.
    /// </summary>
    public int? Background { get; init; }

    /// <summary>Names of the classes of objects, in order of their numbers; empty without objects.</summary>
    public IReadOnlyList<string> ObjectClasses { get; init; } = [];

    /// <summary>Names of the points of an object, in order; empty without keypoints.</summary>
    public IReadOnlyList<string> KeypointNames { get; init; } = [];

    /// <summary>Points that change places if an image is mirrored, such as the left and the right elbow.</summary>
    public IReadOnlyList<(int First, int Second)> FlipPairs { get; init; } = [];

    /// <summary>
    /// How far each point may be off, as a share of the square root of the object's area; empty if nobody has measured it.
    /// </summary>
    public IReadOnlyList<double> Sigmas { get; init; } = [];

    /// <summary>How detections are compared with the objects.</summary>
    public ObjectMetric Metric { get; init; }
}
