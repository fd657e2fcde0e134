using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Augmentations.Steps;

/// <summary>Options of <see cref="HorizontalFlip"/>.</summary>
internal sealed record HorizontalFlipOptions
{
    /// <summary>How often the image is mirrored.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 0.5;
}

/// <summary>Mirrors left and right.</summary>
internal sealed class HorizontalFlip(HorizontalFlipOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before;

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (random.NextBool(options.Probability))
        {
            image.Mirror();
        }
    }
}
