namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Maps each pixel to the place that an affine transform fetches it from.</summary>
internal readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    /// <summary>The place that (x, y) comes from.</summary>
    public (double X, double Y) Of(double x, double y) => ((A * x) + (B * y) + C, (D * x) + (E * y) + F);

    /// <summary>Moves rows sideways by <paramref name="factor"/> pixels each.</summary>
    public static AffineMap ShearX(double factor) => new(1, factor, 0, 0, 1, 0);

    /// <summary>Moves columns up by <paramref name="factor"/> pixels each.</summary>
    public static AffineMap ShearY(double factor) => new(1, 0, 0, factor, 1, 0);

    /// <summary>Moves the image left and up.</summary>
    public static AffineMap Shift(double x, double y) => new(1, 0, x, 0, 1, y);

    /// <summary>Rotates the image counterclockwise around its center.</summary>
    public static AffineMap Rotate(double degrees, ImageSize size)
    {
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        var (x, y) = (size.Width / 2.0, size.Height / 2.0);
        return new(cos, sin, x - (cos * x) - (sin * y), -sin, cos, y + (sin * x) - (cos * y));
    }
}
