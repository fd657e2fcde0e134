using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Which Gaussian <see cref="GaussianBlur"/> is.</summary>
internal enum BlurKernel
{
    /// <summary>Pillow's with radius = sigma, as MoCo v2 and v3.</summary>
    Pil,

    /// <summary>Sampled, 2 · ⌊⌊H / 10⌋ / 2⌋ + 1 pixels long for H rows, as SimCLR; edges are reflected.</summary>
    Simclr,
}

/// <summary>Options of <see cref="GaussianBlur"/>.</summary>
internal sealed record GaussianBlurOptions
{
    /// <summary>Which Gaussian.</summary>
    public BlurKernel Kernel { get; init; } = BlurKernel.Pil;

    /// <summary>Bounds of the standard deviation, in pixels of the resized image.</summary>
    [Interval(0.01, 100)]
    public IReadOnlyList<double> Sigma { get; init; } = [0.1, 2];

    /// <summary>How often the image is blurred.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;
}

/// <summary>Blurs with a random standard deviation.</summary>
internal sealed class GaussianBlur(GaussianBlurOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("gaussianBlur");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (!random.NextBool(options.Probability))
        {
            return;
        }

        var sigma = random.NextDouble(options.Sigma[0], options.Sigma[1]);
        var size = new ImageSize(image.Height, image.Width);
        var taps = (2 * (image.Height / 10 / 2)) + 1;
        var spare = image.Spare(options.Kernel == BlurKernel.Simclr ? GaussianFilter.Spare(size, taps) : BoxFilter.Spare(size, sigma));
        for (var channel = 0; channel < image.Channels; channel++)
        {
            if (options.Kernel == BlurKernel.Simclr)
            {
                GaussianFilter.Blur(image.Plane(channel), size, taps, sigma, spare);
            }
            else
            {
                BoxFilter.Blur(image.Plane(channel), size, sigma, spare);
            }
        }
    }
}
