namespace SslFramework;

/// <summary>An upright rectangle in an image, measured in its pixels; edges may be fractions.</summary>
/// <param name="Left">The left edge: 0 is the image's own.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">From the left to the right edge.</param>
/// <param name="Height">From the upper to the lower edge.</param>
public readonly record struct Box(double Left, double Top, double Width, double Height)
{
    /// <summary>The right edge.</summary>
    public double Right => Left + Width;

    /// <summary>The lower edge.</summary>
    public double Bottom => Top + Height;

    /// <summary>Its pixels, fractions too.</summary>
    public double Area => Width * Height;
}
