namespace SslFramework.Core.Augmentations;

/// <summary>How sizes change. Both are antialiased: when an image shrinks, every pixel of it counts.</summary>
public enum Interpolation
{
    /// <summary>A triangle of width 2.</summary>
    Bilinear,

    /// <summary>Keys' cubic of width 4, a = −0.5.</summary>
    Bicubic,
}
