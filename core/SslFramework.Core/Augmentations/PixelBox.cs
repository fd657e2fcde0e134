namespace SslFramework.Core.Augmentations;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct PixelBox(int Top, int Left, int Height, int Width);

/// <summary>How sizes change. Both are antialiased: when an image shrinks, every pixel of it counts.</summary>
public enum Interpolation
{
    /// <summary>A triangle of width 2.</summary>
    Bilinear,

    /// <summary>Keys' cubic of width 4, a = −0.5.</summary>
    Bicubic,
}

/// <summary>What lies beyond the edge of an image.</summary>
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The image mirrored at its outermost pixels, which are not repeated.</summary>
    Reflect,
}
