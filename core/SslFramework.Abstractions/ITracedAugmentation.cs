namespace SslFramework;

/// <summary>
/// An augmentation that tells which part of the image a view shows, so that whoever reads labels of places can make them follow. Labels
/// themselves never reach an augmentation.
/// </summary>
public interface ITracedAugmentation : IAugmentation
{
    /// <summary>What bends images, so that no rectangle tells where a view comes from: the name of a step; null if nothing does.</summary>
    string? BentBy => null;

    /// <summary>Does what <see cref="IAugmentation.Apply"/> does, and tells where the view comes from.</summary>
    /// <param name="image">The decoded image.</param>
    /// <param name="view">The view's number, 0 to Views.Count − 1.</param>
    /// <param name="random">A pure function of (seed, epoch, sample, view).</param>
    /// <param name="destination">float32, channel by channel, row by row: C·H·W numbers.</param>
    ViewGeometry Trace(ImagePixels image, int view, SampleRandom random, Span<float> destination);
}

/// <summary>Where a view comes from: an upright rectangle of the image, resized, and mirrored or not.</summary>
/// <param name="Left">The left edge in pixels of the image; it may be a fraction, and outside of the image.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">Width of the rectangle in pixels of the image, above 0.</param>
/// <param name="Height">Its height.</param>
/// <param name="Mirrored">Whether the view's left is the rectangle's right.</param>
public readonly record struct ViewGeometry(double Left, double Top, double Width, double Height, bool Mirrored)
{
    /// <summary>Rows and columns of the image; zeros if the augmentation does not tell.</summary>
    public ImageSize Image { get; init; }
}
