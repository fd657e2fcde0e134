using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Grayscale"/>.</summary>
internal sealed record GrayscaleOptions
{
    /// <summary>The probability that the image loses its colors; 0.2 in most papers.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;
}

/// <summary>Removes the colors; three equal channels remain.</summary>
internal sealed class Grayscale(GrayscaleOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) =>
        before.InUnitRange("grayscale").InColor("grayscale", "remove the step");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (random.NextBool(options.Probability))
        {
            Colors.Grayscale(image.Pixels);
        }
    }
}
