using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="RandomScale"/>.</summary>
internal sealed record RandomScaleOptions : IValidatableObject
{
    /// <summary>The smallest factor.</summary>
    [Range(0.01, 100.0)]
    public double Minimum { get; init; } = 0.5;

    /// <summary>The largest factor.</summary>
    [Range(0.01, 100.0)]
    public double Maximum { get; init; } = 2;

    /// <summary>Length of the shorter side at a factor of 1; null keeps the image's own.</summary>
    [Range(1, 4096)]
    public int? Size { get; init; }

    /// <summary>How pixels are interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Minimum > Maximum)
        {
            yield return new ValidationResult("\"minimum\" is above \"maximum\".", [nameof(Minimum), nameof(Maximum)]);
        }
    }
}

/// <summary>
/// Resizes the whole image by a random factor, as segmentation is trained: put 'randomCrop' behind it, which fills up what has become too
/// small.
/// </summary>
internal sealed class RandomScale(RandomScaleOptions options) : IRecipeStep
{
    private const long MaximumPixels = 50_000_000;

    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("randomScale") with { Size = null };

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The image becomes too large.</exception>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        var ratio = random.NextDouble(options.Minimum, options.Maximum)
            * (options.Size is { } shorter ? (double)shorter / Math.Min(image.Height, image.Width) : 1);
        if (ratio * ratio * image.Height * image.Width > MaximumPixels)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"An image of {image.Height} × {image.Width} is too large for the step 'randomScale' with a factor of {ratio:F2}; "
                + "remove the image, or lower \"maximum\".");
        }

        var size = new ImageSize(Side(image.Height, ratio), Side(image.Width, ratio));
        image.Resample(new PixelBox(0, 0, image.Height, image.Width), size, options.Interpolation);
    }

    private static int Side(int length, double ratio) => Math.Max(1, (int)((length * ratio) + 0.5));
}
