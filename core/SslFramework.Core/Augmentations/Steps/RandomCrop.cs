using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="RandomCrop"/>.</summary>
internal sealed record RandomCropOptions
{
    /// <summary>Rows and columns of the result.</summary>
    [Range(1, 4096)]
    public int Size { get; init; } = 32;

    /// <summary>Pixels added on every side before the crop.</summary>
    [Range(0, 4096)]
    public int Padding { get; init; }

    /// <summary>What the added pixels show.</summary>
    public Border Border { get; init; } = Border.Zero;
}

/// <summary>Crops a random square at the image's own scale. An image that is too small is taken whole, in the middle.</summary>
internal sealed class RandomCrop(RandomCropOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) =>
        before.Size is { } size && Math.Min(size.Height, size.Width) + (2 * options.Padding) < options.Size
            ? throw new ExperimentException(
                FailureKind.Config,
                $"The step 'randomCrop' cannot cut {options.Size} × {options.Size} out of images of {size.Height} × {size.Width} with "
                + $"padding {options.Padding}; lower \"size\", raise \"padding\" or put 'resize' before it.")
            : before with { Size = new ImageSize(options.Size, options.Size) };

    /// <inheritdoc/>
    public PixelBox Needed(ImageSize image, ref SampleRandom random) =>
        Draw(image, ref random) is var box && box.IsIn(image) ? box : PixelBox.All(image);

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random) =>
        image.Crop(Draw(new ImageSize(image.Height, image.Width), ref random), options.Border);

    private PixelBox Draw(ImageSize image, ref SampleRandom random) =>
        new(Draw(image.Height, ref random), Draw(image.Width, ref random), options.Size, options.Size);

    private int Draw(int length, ref SampleRandom random)
    {
        var room = length + (2 * options.Padding) - options.Size;
        return room >= 0 ? random.Next(room + 1) - options.Padding : -((options.Size - length) / 2);
    }
}
