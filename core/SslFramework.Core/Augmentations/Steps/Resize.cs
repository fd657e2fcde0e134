using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Resize"/>: either the shorter side, or both.</summary>
internal sealed record ResizeOptions : IValidatableObject
{
    /// <summary>Length of the shorter side; the longer one follows in proportion.</summary>
    [Range(1, 4096)]
    public int? Size { get; init; }

    /// <summary>Rows, together with <see cref="Width"/>.</summary>
    [Range(1, 4096)]
    public int? Height { get; init; }

    /// <summary>Columns, together with <see cref="Height"/>.</summary>
    [Range(1, 4096)]
    public int? Width { get; init; }

    /// <summary>How pixels are interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Size is null == (Height is null || Width is null) || Height is null != Width is null)
        {
            yield return new ValidationResult(
                "Give either \"size\" (the shorter side) or both \"height\" and \"width\".", [nameof(Size), nameof(Height), nameof(Width)]);
        }
    }
}

/// <summary>Resizes the whole image, as torchvision's <c>Resize</c>.</summary>
internal sealed class Resize(ResizeOptions options) : IRecipeStep
{
    private const long MaximumPixels = 50_000_000;

    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before)
    {
        ImageSize? size = options.Size is null ? NewSize(default) : before.Size is { } known ? NewSize(known) : null;
        return before.InUnitRange("resize") with { Size = size };
    }

    /// <inheritdoc/>
    public int Reduction(ImageSize image, ref SampleRandom random)
    {
        var size = NewSize(image);
        return Math.Max(1, Math.Min(image.Height / size.Height, image.Width / size.Width));
    }

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        var size = NewSize(new ImageSize(image.Height, image.Width));
        image.Resample(new PixelBox(0, 0, image.Height, image.Width), size, options.Interpolation);
    }

    private ImageSize NewSize(ImageSize old)
    {
        if (options.Size is not { } shorter)
        {
            return new ImageSize(options.Height!.Value, options.Width!.Value);
        }

        var longer = (long)shorter * Math.Max(old.Height, old.Width) / Math.Min(old.Height, old.Width);
        if (longer * shorter > MaximumPixels)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"An image of {old.Height} × {old.Width} is too long for the step 'resize' with \"size\" {shorter}; "
                + "remove the image, or give \"height\" and \"width\" instead.");
        }

        return old.Width <= old.Height ? new ImageSize((int)longer, shorter) : new ImageSize(shorter, (int)longer);
    }
}
