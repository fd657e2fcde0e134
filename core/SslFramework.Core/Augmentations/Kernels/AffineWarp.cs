namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>Shears, moves and turns images in place, bicubic as Pillow's affine transform, with one colour beyond the border.</summary>
internal static class AffineWarp
{
    private const int Taps = 4;

    /// <summary>Fetches the pixel at (x, y) from (a·x + b·y + c, d·x + e·y + f), both counted from the pixels' centres.</summary>
    /// <param name="plane">One channel, H·W numbers in [0, 1].</param>
    /// <param name="source">Spare memory of the same length.</param>
    /// <param name="size">H and W.</param>
    /// <param name="map">a to f.</param>
    /// <param name="fill">What lies beyond the border.</param>
    public static void Apply(Span<float> plane, Span<float> source, ImageSize size, in AffineMap map, float fill)
    {
        plane.CopyTo(source);
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var (u, v) = map.Of(x + 0.5, y + 0.5);
                plane[(y * size.Width) + x] = u >= 0 && v >= 0 && u < size.Width && v < size.Height
                    ? Sample(source, size, u - 0.5, v - 0.5)
                    : fill;
            }
        }
    }

    private static float Sample(ReadOnlySpan<float> source, ImageSize size, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        Span<double> column = stackalloc double[Taps];
        for (var i = 0; i < Taps; i++)
        {
            var row = source.Slice(Math.Clamp(top - 1 + i, 0, size.Height - 1) * size.Width, size.Width);
            column[i] = Cubic(At(row, left - 1), At(row, left), At(row, left + 1), At(row, left + 2), x - left);
        }

        return (float)Math.Clamp(Cubic(column[0], column[1], column[2], column[3], y - top), 0, 1);
    }

    private static float At(ReadOnlySpan<float> row, int x) => row[Math.Clamp(x, 0, row.Length - 1)];

    /// <summary>Pillow's polynomial for transforms, of slope −1, which is not that of its resizes.</summary>
    private static double Cubic(double v1, double v2, double v3, double v4, double d) =>
        v2 + (d * (v3 - v1 + (d * ((2 * (v1 - v2)) + v3 - v4 + (d * (v2 - v1 - v3 + v4))))));
}

/// <summary>Where an affine transform fetches a pixel from.</summary>
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

    /// <summary>Turns the image against the clock, around its centre.</summary>
    public static AffineMap Rotate(double degrees, ImageSize size)
    {
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        var (x, y) = (size.Width / 2.0, size.Height / 2.0);
        return new(cos, sin, x - (cos * x) - (sin * y), -sin, cos, y + (sin * x) - (cos * y));
    }
}
