using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="CenterCrop"/>.</summary>
internal sealed record CenterCropOptions
{
    /// <summary>Rows and columns of the result.</summary>
    [Range(1, 4096)]
    public int Size { get; init; } = 224;
}

/// <summary>Crops the middle of the image, padded with zeros if it is too small, as torchvision's <c>CenterCrop</c>.</summary>
internal sealed class CenterCrop(CenterCropOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before with { Size = new ImageSize(options.Size, options.Size) };

    /// <inheritdoc/>
    public PixelBox Needed(ImageSize image, ref SampleRandom random) =>
        Box(image) is var box && box.IsIn(image) ? box : PixelBox.All(image);

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random) =>
        image.Crop(Box(new ImageSize(image.Height, image.Width)), Border.Zero);

    private PixelBox Box(ImageSize image) => new(Start(image.Height), Start(image.Width), options.Size, options.Size);

    private int Start(int length) => length >= options.Size
        ? (int)Math.Round((length - options.Size) / 2.0) // half to even, as Python
        : -((options.Size - length) / 2);
}
