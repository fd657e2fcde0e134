using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="FitBox"/>.</summary>
internal sealed record FitBoxOptions : IValidatableObject
{
    /// <summary>Rows of the box.</summary>
    [Range(1, 4096)]
    public int Height { get; init; } = 1024;

    /// <summary>Columns of the box.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 1024;

    /// <summary>The least factor on the box's sides.</summary>
    [Range(0.01, 4.0)]
    public double Minimum { get; init; } = 1;

    /// <summary>The greatest.</summary>
    [Range(0.01, 4.0)]
    public double Maximum { get; init; } = 1;

    /// <summary>How pixels are interpolated.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Minimum > Maximum)
        {
            yield return new ValidationResult("\"minimum\" is more than \"maximum\".", [nameof(Minimum), nameof(Maximum)]);
        }
    }
}

/// <summary>
/// Resizes the image so that it just fits into a box whose sides are scaled by a random factor, and cuts a random part of the box's own
/// size out of it if it is larger: large-scale jitter. Ghiasi et al. 2021, https://arxiv.org/abs/2012.07177
/// </summary>
internal sealed class FitBox(FitBoxOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("fitBox") with
    {
        Size = before.Size is { } known && options.Minimum == options.Maximum ? Cut(NewSize(known, options.Minimum)) : null,
    };

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        var (old, factor) = (new ImageSize(image.Height, image.Width), random.NextDouble(options.Minimum, options.Maximum));
        var size = NewSize(old, factor);
        var cut = Cut(size);
        image.Resample(PixelBox.All(old), size, options.Interpolation);
        var (top, left) = (random.Next(size.Height - cut.Height + 1), random.Next(size.Width - cut.Width + 1));
        if (cut != size)
        {
            image.Crop(new(top, left, cut.Height, cut.Width), Border.Zero);
        }
    }

    private ImageSize NewSize(ImageSize old, double factor) =>
        ScaledSize.Of(old, Math.Min(options.Height * factor / old.Height, options.Width * factor / old.Width));

    private ImageSize Cut(ImageSize size) => new(Math.Min(size.Height, options.Height), Math.Min(size.Width, options.Width));
}
