namespace SslFramework.Core.Augmentations;

/// <summary>What lies beyond the edge of an image.</summary>
public enum Border
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The image mirrored at its outermost pixels, which are not repeated.</summary>
    Reflect,
}
