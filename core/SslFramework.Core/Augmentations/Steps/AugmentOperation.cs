namespace SslFramework.Core.Augmentations.Steps;

/// <summary>The operations of <see cref="RandAugment"/>.</summary>
internal enum AugmentOperation
{
    /// <summary>Stretches each channel's tones.</summary>
    AutoContrast,

    /// <summary>Makes each channel's tones equally frequent.</summary>
    Equalize,

    /// <summary>1 − x.</summary>
    Invert,

    /// <summary>Rotates by up to 30 degrees.</summary>
    Rotate,

    /// <summary>Keeps few bits of each level.</summary>
    Posterize,

    /// <summary>Inverts bright levels.</summary>
    Solarize,

    /// <summary>Brightens dark levels.</summary>
    SolarizeAdd,

    /// <summary>Makes colors stronger or weaker; gray images do not change.</summary>
    Color,

    /// <summary>Makes contrast stronger or weaker.</summary>
    Contrast,

    /// <summary>Makes the image brighter or darker.</summary>
    Brightness,

    /// <summary>Makes the image sharper or smoother.</summary>
    Sharpness,

    /// <summary>Shears sideways.</summary>
    ShearX,

    /// <summary>Shears upwards.</summary>
    ShearY,

    /// <summary>Moves sideways.</summary>
    TranslateX,

    /// <summary>Moves up or down.</summary>
    TranslateY,
}
