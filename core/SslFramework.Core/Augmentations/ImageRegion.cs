namespace SslFramework.Core.Augmentations;

/// <summary>A part of an image, measured in its pixels. It may reach beyond the image.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageRegion(double Top, double Left, double Height, double Width)
{
    /// <summary>The part that a rectangle covers when this part is shown in <paramref name="size"/> pixels.</summary>
    public ImageRegion Cut(PixelBox box, ImageSize size)
    {
        var (down, across) = (Height / size.Height, Width / size.Width);
        return new(Top + (box.Top * down), Left + (box.Left * across), box.Height * down, box.Width * across);
    }
}
