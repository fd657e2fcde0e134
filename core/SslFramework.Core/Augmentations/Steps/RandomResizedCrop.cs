using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>How <see cref="RandomResizedCrop"/> draws its rectangle.</summary>
internal enum CropSampling
{
    /// <summary>Ten tries to fit one in, then a crop of the middle.</summary>
    Torchvision,

    /// <summary>One draw, cut off at the image's edges: TensorFlow's and MAE's linear probe.</summary>
    TensorFlow,
}

/// <summary>Options of <see cref="RandomResizedCrop"/>.</summary>
internal sealed record RandomResizedCropOptions
{
    /// <summary>Rows and columns of the result.</summary>
    [Range(1, 4096)]
    public int Size { get; init; } = 224;

    /// <summary>Bounds of the share of the image's area that the rectangle covers.</summary>
    [Interval(1e-4, 1)]
    public IReadOnlyList<double> Scale { get; init; } = [0.08, 1];

    /// <summary>Bounds of width / height, drawn evenly on a log scale.</summary>
    [Interval(0.01, 100)]
    public IReadOnlyList<double> Ratio { get; init; } = [3.0 / 4, 4.0 / 3];

    /// <summary>How the rectangle is resized.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>How the rectangle is drawn.</summary>
    public CropSampling Sampling { get; init; } = CropSampling.Torchvision;
}

/// <summary>
/// A random rectangle, resized: torchvision's <c>RandomResizedCrop</c>. Szegedy et al. 2015, https://arxiv.org/abs/1409.4842
/// </summary>
internal sealed class RandomResizedCrop(RandomResizedCropOptions options) : IRecipeStep
{
    private const int Tries = 10;

    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) =>
        before.InUnitRange("randomResizedCrop") with { Size = new ImageSize(options.Size, options.Size) };

    /// <inheritdoc/>
    public PixelBox Needed(ImageSize image, ref SampleRandom random) => options.Sampling == CropSampling.TensorFlow
        ? DrawOnce(image.Height, image.Width, ref random)
        : Draw(image.Height, image.Width, ref random);

    /// <inheritdoc/>
    public int Reduction(ImageSize image, ref SampleRandom random)
    {
        var box = Needed(image, ref random);
        return Math.Max(1, Math.Min(box.Height, box.Width) / options.Size);
    }

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random) => image.Resample(
        Needed(new ImageSize(image.Height, image.Width), ref random), new ImageSize(options.Size, options.Size), options.Interpolation);

    /// <summary>Draws the rectangle as torchvision does.</summary>
    public PixelBox Draw(int height, int width, ref SampleRandom random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var (h, w) = DrawSize(height, width, ref random);
            if (h > 0 && h <= height && w > 0 && w <= width)
            {
                return new PixelBox(random.Next(height - h + 1), random.Next(width - w + 1), h, w);
            }
        }

        var ratio = Math.Clamp((double)width / height, options.Ratio[0], options.Ratio[1]);
        var cropWidth = Math.Clamp((int)Math.Round(height * ratio), 1, width);
        var cropHeight = Math.Clamp((int)Math.Round(width / ratio), 1, height);
        return new PixelBox((height - cropHeight) / 2, (width - cropWidth) / 2, cropHeight, cropWidth);
    }

    /// <summary>Draws the rectangle once and cuts it off at the image's size.</summary>
    public PixelBox DrawOnce(int height, int width, ref SampleRandom random)
    {
        var (h, w) = DrawSize(height, width, ref random);
        (h, w) = (Math.Clamp(h, 1, height), Math.Clamp(w, 1, width));
        return new PixelBox(random.Next(height - h + 1), random.Next(width - w + 1), h, w);
    }

    private (int Height, int Width) DrawSize(int height, int width, ref SampleRandom random)
    {
        var area = (double)height * width * random.NextDouble(options.Scale[0], options.Scale[1]);
        var ratio = Math.Exp(random.NextDouble(Math.Log(options.Ratio[0]), Math.Log(options.Ratio[1])));
        return ((int)Math.Round(Math.Sqrt(area / ratio)), (int)Math.Round(Math.Sqrt(area * ratio)));
    }
}
