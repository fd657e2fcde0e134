using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="ColorJitter"/>.</summary>
public sealed record ColorJitterOptions
{
    /// <summary>b: the factor is drawn from [max(0, 1 − b), 1 + b].</summary>
    [Range(0.0, 10.0)]
    public double Brightness { get; init; }

    /// <summary>As brightness, around the mean of the grey image.</summary>
    [Range(0.0, 10.0)]
    public double Contrast { get; init; }

    /// <summary>As brightness, around the grey image.</summary>
    [Range(0.0, 10.0)]
    public double Saturation { get; init; }

    /// <summary>h: the turn of the hue is drawn from [−h, h] turns.</summary>
    [Range(0.0, 0.5)]
    public double Hue { get; init; }

    /// <summary>How often the image is changed.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;
}

/// <summary>Changes brightness, contrast, saturation and hue in a random order, as torchvision's <c>ColorJitter</c>.</summary>
public sealed class ColorJitter(ColorJitterOptions options) : IRecipeStep
{
    private const int Operations = 4;

    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => options is { Saturation: 0, Hue: 0 }
        ? before.InUnitRange("colorJitter")
        : before.InUnitRange("colorJitter").InColour("colorJitter", "set its \"saturation\" and \"hue\" to 0");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (!random.NextBool(options.Probability))
        {
            return;
        }

        var brightness = Factor(options.Brightness, ref random);
        var contrast = Factor(options.Contrast, ref random);
        var saturation = Factor(options.Saturation, ref random);
        var hue = (float)random.NextDouble(-options.Hue, options.Hue);

        Span<int> order = stackalloc int[Operations];
        for (var i = 0; i < Operations; i++)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], i);
        }

        var pixels = image.Pixels;
        foreach (var operation in order)
        {
            switch (operation)
            {
                case 0 when options.Brightness > 0:
                    Colors.Brightness(pixels, brightness);
                    break;
                case 1 when options.Contrast > 0:
                    Colors.Contrast(pixels, image.Channels, contrast);
                    break;
                case 2 when options.Saturation > 0:
                    Colors.Saturation(pixels, saturation);
                    break;
                case 3 when options.Hue > 0:
                    Colors.Hue(pixels, hue);
                    break;
            }
        }
    }

    private static float Factor(double strength, ref SampleRandom random) =>
        (float)random.NextDouble(Math.Max(0, 1 - strength), 1 + strength);
}
