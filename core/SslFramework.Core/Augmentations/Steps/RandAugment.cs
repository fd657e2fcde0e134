using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="RandAugment"/>; the defaults are timm's <c>rand-m9-mstd0.5-inc1</c>, which MAE fine-tunes with.</summary>
internal sealed record RandAugmentOptions
{
    /// <summary>Operations drawn for each image, with replacement.</summary>
    [Range(1, 15)]
    public int Operations { get; init; } = 2;

    /// <summary>How strong they are, on a scale of 10.</summary>
    [Range(0.0, 10.0)]
    public double Magnitude { get; init; } = 9;

    /// <summary>Standard deviation of the strength.</summary>
    [Range(0.0, 10.0)]
    public double Deviation { get; init; } = 0.5;

    /// <summary>The probability that a drawn operation is carried out.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 0.5;
}

/// <summary>
/// Random operations of color and geometry, as timm has them, each stronger with the magnitude. For training with labels.
/// Cubuk et al. 2020, https://arxiv.org/abs/1909.13719
/// </summary>
internal sealed class RandAugment(RandAugmentOptions options) : IRecipeStep
{
    private static readonly AugmentOperation[] All = Enum.GetValues<AugmentOperation>();

    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) =>
        before.InUnitRange("randAugment").InGrayOrColor("randAugment") with { BentBy = before.BentBy ?? "randAugment" };

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        for (var i = 0; i < options.Operations; i++)
        {
            var operation = All[random.Next(All.Length)];
            var carriedOut = random.NextBool(options.Probability);
            var strength = Math.Clamp(options.Magnitude + (options.Deviation * Gauss(ref random)), 0, 10) / 10;
            var sign = random.NextBool(0.5) ? -1 : 1;
            if (carriedOut)
            {
                Change(ref image, operation, strength, sign);
            }
        }
    }

    /// <summary>Carries out one operation.</summary>
    /// <param name="image">Values in [0, 1].</param>
    /// <param name="operation">The operation to carry out.</param>
    /// <param name="strength">Its strength, 0 to 1.</param>
    /// <param name="sign">−1 or 1, for operations that have a direction.</param>
    public static void Change(ref ViewImage image, AugmentOperation operation, double strength, int sign)
    {
        var size = new ImageSize(image.Height, image.Width);
        var factor = (float)Math.Max(0.1, 1 + (0.9 * strength * sign));
        switch (operation)
        {
            case AugmentOperation.Color when image.Channels == 3:
                Colors.Change(image.Pixels, 3, [new(ColorOperation.Saturation, factor)]);
                break;
            case AugmentOperation.Contrast:
                Colors.Change(image.Pixels, image.Channels, [new(ColorOperation.Contrast, factor)]);
                break;
            case AugmentOperation.Brightness:
                Colors.Change(image.Pixels, image.Channels, [new(ColorOperation.Brightness, factor)]);
                break;
            case AugmentOperation.Rotate:
                Warp(ref image, AffineMap.Rotate(30 * strength * sign, size));
                break;
            case AugmentOperation.ShearX:
                Warp(ref image, AffineMap.ShearX(0.3 * strength * sign));
                break;
            case AugmentOperation.ShearY:
                Warp(ref image, AffineMap.ShearY(0.3 * strength * sign));
                break;
            case AugmentOperation.TranslateX:
                Warp(ref image, AffineMap.Shift(0.45 * strength * sign * size.Width, 0));
                break;
            case AugmentOperation.TranslateY:
                Warp(ref image, AffineMap.Shift(0, 0.45 * strength * sign * size.Height));
                break;
            default:
                for (var channel = 0; channel < image.Channels; channel++)
                {
                    ChangeChannel(ref image, image.Plane(channel), operation, strength, factor);
                }

                break;
        }
    }

    private static void ChangeChannel(ref ViewImage image, Span<float> plane, AugmentOperation operation, double strength, float factor)
    {
        switch (operation)
        {
            case AugmentOperation.AutoContrast:
                ToneCurves.AutoContrast(plane);
                break;
            case AugmentOperation.Equalize:
                ToneCurves.Equalize(plane);
                break;
            case AugmentOperation.Invert:
                ToneCurves.Solarize(plane, 0);
                break;
            case AugmentOperation.Posterize:
                ToneCurves.Posterize(plane, 4 - (int)(4 * strength));
                break;
            case AugmentOperation.Solarize:
                ToneCurves.Solarize(plane, 256 - (int)(256 * strength));
                break;
            case AugmentOperation.SolarizeAdd:
                ToneCurves.SolarizeAdd(plane, Math.Min(128, (int)(110 * strength)));
                break;
            case AugmentOperation.Sharpness:
                ToneCurves.Sharpness(plane, image.Spare(plane.Length), new ImageSize(image.Height, image.Width), factor);
                break;
        }
    }

    private static void Warp(ref ViewImage image, in AffineMap map)
    {
        for (var channel = 0; channel < image.Channels; channel++)
        {
            var plane = image.Plane(channel);
            AffineWarp.Apply(
                plane, image.Spare(plane.Length), new ImageSize(image.Height, image.Width), map, Fill(image.Channels, channel));
        }
    }

    /// <summary>The mean of ImageNet in whole levels, as timm fills; its gray value for gray images.</summary>
    private static float Fill(int channels, int channel) => (channels == 1 ? 117 : channel == 0 ? 124 : channel == 1 ? 116 : 104) / 255f;

    /// <summary>A normal random number by Box and Muller 1958.</summary>
    private static double Gauss(ref SampleRandom random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
