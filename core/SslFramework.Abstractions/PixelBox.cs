namespace SslFramework;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct PixelBox(int Top, int Left, int Height, int Width)
{
    /// <summary>All of an image.</summary>
    public static PixelBox All(ImageSize image) => new(0, 0, image.Height, image.Width);

    /// <summary>Whether an image has all of these pixels.</summary>
    public bool IsIn(ImageSize image) => Math.Min(Top, Left) >= 0 && Top + Height <= image.Height && Left + Width <= image.Width;

    /// <summary>The smallest rectangle with both in it.</summary>
    public PixelBox Union(PixelBox other)
    {
        var (top, left) = (Math.Min(Top, other.Top), Math.Min(Left, other.Left));
        return new(
            top, left, Math.Max(Top + Height, other.Top + other.Height) - top, Math.Max(Left + Width, other.Left + other.Width) - left);
    }
}
