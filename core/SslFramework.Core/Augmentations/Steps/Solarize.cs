using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Solarize"/>.</summary>
internal sealed record SolarizeOptions
{
    /// <summary>Values from this one up are inverted.</summary>
    [Range(0.0, 1.0)]
    public double Threshold { get; init; } = 128.0 / 255;

    /// <summary>The probability that the image is changed.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;
}

/// <summary>Inverts bright values, as in BYOL and MoCo v3. Grill et al. 2020, https://arxiv.org/abs/2006.07733</summary>
internal sealed class Solarize(SolarizeOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("solarize").InGrayOrColor("solarize");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (random.NextBool(options.Probability))
        {
            Colors.Solarize(image.Pixels, (float)options.Threshold);
        }
    }
}
