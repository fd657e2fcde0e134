namespace SslFramework.Core.Augmentations;

/// <summary>How images are resized. Both ways are antialiased: when an image shrinks, each of its pixels counts.</summary>
public enum Interpolation
{
    /// <summary>A triangle of width 2.</summary>
    Bilinear,

    /// <summary>Keys' cubic of width 4, a = −0.5.</summary>
    Bicubic,
}
