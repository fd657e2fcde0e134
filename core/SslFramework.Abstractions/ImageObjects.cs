namespace SslFramework;

/// <summary>The objects in an image.</summary>
/// <param name="Objects">They, in the order of the data.</param>
public sealed record ImageObjects(IReadOnlyList<AnnotatedObject> Objects)
{
    /// <summary>No object.</summary>
    public static ImageObjects None { get; } = new([]);

    /// <summary>Classes that somebody looked for in the image and found none of, if the data say so (LVIS).</summary>
    public IReadOnlyList<int> NegativeClasses { get; init; } = [];

    /// <summary>Classes of which the image holds more objects than are labeled, if the data say so (LVIS).</summary>
    public IReadOnlyList<int> NotExhaustiveClasses { get; init; } = [];
}
