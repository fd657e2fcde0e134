namespace SslFramework.Plugins.Detection;

/// <summary>Leads from places of an image to those of a view, and back.</summary>
/// <param name="geometry">Where the view comes from.</param>
/// <param name="view">Rows and columns of the view.</param>
internal readonly struct ViewPlaces(ViewGeometry geometry, ImageSize view)
{
    private readonly double across = view.Width / geometry.Width; // pixels of the view per pixel of the image
    private readonly double down = view.Height / geometry.Height;

    /// <summary>Rows and columns of the image.</summary>
    public ImageSize Image => geometry.Image;

    /// <summary>Whether the view is mirrored.</summary>
    public bool Mirrored => geometry.Mirrored;

    /// <summary>The part of the view that shows the image: beyond it, a canvas may be empty.</summary>
    public Box Content => Clip(ToView(new(0, 0, Image.Width, Image.Height)), new(0, 0, view.Width, view.Height));

    /// <summary>A column of the view.</summary>
    public double ToViewX(double x) => (geometry.Mirrored ? geometry.Left + geometry.Width - x : x - geometry.Left) * across;

    /// <summary>A row of the view.</summary>
    public double ToViewY(double y) => (y - geometry.Top) * down;

    /// <summary>A column of the image.</summary>
    public double ToImageX(double x) => geometry.Mirrored ? geometry.Left + geometry.Width - (x / across) : geometry.Left + (x / across);

    /// <summary>A row of the image.</summary>
    public double ToImageY(double y) => geometry.Top + (y / down);

    /// <summary>A box of the image in the view.</summary>
    public Box ToView(Box box) =>
        new(ToViewX(geometry.Mirrored ? box.Right : box.Left), ToViewY(box.Top), box.Width * across, box.Height * down);

    /// <summary>A box of the view in the image.</summary>
    public Box ToImage(Box box) =>
        new(ToImageX(geometry.Mirrored ? box.Right : box.Left), ToImageY(box.Top), box.Width / across, box.Height / down);

    /// <summary>The part of a box that lies in another; it has sides of at most 0 if there is none.</summary>
    public static Box Clip(Box box, Box within)
    {
        var (left, top) = (Math.Clamp(box.Left, within.Left, within.Right), Math.Clamp(box.Top, within.Top, within.Bottom));
        var (right, bottom) = (Math.Clamp(box.Right, within.Left, within.Right), Math.Clamp(box.Bottom, within.Top, within.Bottom));
        return new(left, top, right - left, bottom - top);
    }
}
