using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BiGAN;

/// <summary>Options of <see cref="BigbiganObjective"/>.</summary>
public sealed record BigbiganOptions : AdversarialOptions
{
    /// <summary>D, the length of a code, whose numbers have the normal distribution.</summary>
    [Range(1, 65536)]
    public override int CodeDimension { get; init; } = 120;

    /// <summary>Width of the layers of the discriminator that see codes, and codes with images.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 1024;

    /// <summary>Steps of the discriminator per step of encoder and generator.</summary>
    [Range(1, 100)]
    public int DiscriminatorSteps { get; init; } = 2;
}
