using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="ColorJitter"/>.</summary>
internal sealed record ColorJitterOptions
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
internal sealed class ColorJitter(ColorJitterOptions options) : IRecipeStep
{
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

        Span<ColorChange> changes =
        [
            new(ColorOperation.Brightness, brightness),
            new(ColorOperation.Contrast, contrast),
            new(ColorOperation.Saturation, saturation),
            new(ColorOperation.Hue, hue),
        ];
        Span<ColorChange> ordered = stackalloc ColorChange[changes.Length];
        for (var i = 0; i < changes.Length; i++)
        {
            var j = random.Next(i + 1);
            (ordered[i], ordered[j]) = (ordered[j], changes[i]);
        }

        var count = 0;
        foreach (var change in ordered)
        {
            if (IsOn(change.Operation))
            {
                ordered[count++] = change;
            }
        }

        Colors.Change(image.Pixels, image.Channels, ordered[..count]);
    }

    private bool IsOn(ColorOperation operation) => operation switch
    {
        ColorOperation.Brightness => options.Brightness > 0,
        ColorOperation.Contrast => options.Contrast > 0,
        ColorOperation.Saturation => options.Saturation > 0,
        _ => options.Hue > 0,
    };

    private static float Factor(double strength, ref SampleRandom random) =>
        (float)random.NextDouble(Math.Max(0, 1 - strength), 1 + strength);
}
