using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="FitShortest"/>.</summary>
internal sealed record FitShortestOptions : IValidatableObject
{
    /// <summary>Lengths for the shorter side, of which one is drawn for each image.</summary>
    [MinLength(1)]
    public IReadOnlyList<int> Sizes { get; init; } = [800];

    /// <summary>The most that the longer side may have; an image whose longer side would have more becomes smaller.</summary>
    [Range(1, 4096)]
    public int Maximum { get; init; } = 1333;

    /// <summary>How pixels are interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Sizes.Any(size => size is < 1 or > 4096))
        {
            yield return new ValidationResult("\"sizes\" must be from 1 to 4096.", [nameof(Sizes)]);
        }
    }
}

/// <summary>
/// Resizes the whole image so that its shorter side has one of some lengths and the longer one no more than another, as detectors take
/// images. Put 'canvas' behind it, so that all have one size.
/// </summary>
internal sealed class FitShortest(FitShortestOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("fitShortest") with
    {
        Size = before.Size is { } known && options.Sizes.Count == 1 ? NewSize(known, options.Sizes[0]) : null,
    };

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        var size = new ImageSize(image.Height, image.Width);
        image.Resample(PixelBox.All(size), NewSize(size, options.Sizes[random.Next(options.Sizes.Count)]), options.Interpolation);
    }

    private ImageSize NewSize(ImageSize old, int shortest) => ScaledSize.Of(
        old,
        Math.Min((double)shortest / Math.Min(old.Height, old.Width), (double)options.Maximum / Math.Max(old.Height, old.Width)));
}
