using System.ComponentModel.DataAnnotations;

namespace MyStep;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyStepOptions
{
    /// <summary>Bits that are kept of each value, 1 to 8.</summary>
    [Range(1, 8)]
    public int Bits { get; init; } = 4;

    /// <summary>How often an image is changed.</summary>
    [Range(0.0, 1.0)]
    public double Probability { get; init; } = 0.2;
}

/// <summary>
/// Posterize, as in AutoAugment: keeps the highest bits of each value. Cubuk et al. 2019, https://arxiv.org/abs/1805.09501. Put your own
/// step here.
/// </summary>
/// <param name="options">Bits and probability.</param>
public sealed class MyStep(MyStepOptions options) : IRecipeStep
{
    /// <inheritdoc/>
    public ImageTraits After(ImageTraits before) => before.InUnitRange("my-step");

    /// <inheritdoc/>
    public void Apply(ref ViewImage image, ref SampleRandom random)
    {
        if (!random.NextBool(options.Probability))
        {
            return;
        }

        var mask = 0xFF << (8 - options.Bits);
        foreach (ref var value in image.Pixels)
        {
            value = ((int)MathF.Round(value * 255) & mask) / 255f;
        }
    }
}
