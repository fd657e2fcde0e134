using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Canvas"/>.</summary>
internal sealed record CanvasOptions
{
    /// <summary>Rows of the result.</summary>
    [Range(1, 4096)]
    public int Height { get; init; } = 1344;

    /// <summary>Columns of the result.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 1344;
}

/// <summary>
/// Puts the image into the upper left corner of zeros, and cuts off what does not fit. Behind 'normalize', the zeros are the mean color.
/// </summary>
internal sealed class Canvas(CanvasOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before with { Size = new ImageSize(options.Height, options.Width) };

    /// <inheritdoc/>
    public PixelBox Needed(ImageSize image, ref SampleRandom random) =>
        new(0, 0, Math.Min(image.Height, options.Height), Math.Min(image.Width, options.Width));

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random) =>
        image.Crop(new PixelBox(0, 0, options.Height, options.Width), Border.Zero);
}
