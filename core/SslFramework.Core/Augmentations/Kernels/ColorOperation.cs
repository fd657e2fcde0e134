namespace SslFramework.Core.Augmentations.Kernels;

/// <summary>What a <see cref="ColorChange"/> changes.</summary>
internal enum ColorOperation
{
    /// <summary>x · amount.</summary>
    Brightness,

    /// <summary>Blends with one number, the mean of the gray image: x · amount + mean · (1 − amount).</summary>
    Contrast,

    /// <summary>Blends with the gray image: x · amount + gray · (1 − amount). Three channels.</summary>
    Saturation,

    /// <summary>Turns the hue by amount turns, −0.5 to 0.5, as through HSV. Three channels.</summary>
    Hue,
}
