using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations.Kernels;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="Grayscale"/>.</summary>
internal sealed record GrayscaleOptions
{
    /// <summary>How often the image loses its colours; 0.2 in most papers.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 1;
}

/// <summary>Takes the colours away; three equal channels remain.</summary>
internal sealed class Grayscale(GrayscaleOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) =>
        before.InUnitRange("grayscale").InColour("grayscale", "remove the step");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (random.NextBool(options.Probability))
        {
            Colors.Grayscale(image.Pixels);
        }
    }
}
