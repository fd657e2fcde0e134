namespace SslFramework;

/// <summary>Some images with what is known of their places.</summary>
/// <param name="Images">float32 [N, C, H, W].</param>
/// <param name="Indices">Number of each image, [N].</param>
/// <param name="Geometry">Where each view comes from, [N]: labels of places follow by it.</param>
public sealed record AnnotatedBatch(Tensor Images, IReadOnlyList<long> Indices, IReadOnlyList<ViewGeometry> Geometry)
{
    /// <summary>
    /// uint8 [N, H, W] on the CPU, the class of every pixel of the views, or <see cref="IAnnotatedSource.Void"/>; null if there are no
    /// maps.
    /// </summary>
    public Tensor? Maps { get; init; }
}
