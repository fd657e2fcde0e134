using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BiGAN;

/// <summary>Options of <see cref="BiganObjective"/>; the defaults are those of the authors' code for images of 64×64.</summary>
public sealed record BiganOptions : AdversarialOptions
{
    /// <summary>D, the length of a code, whose numbers are uniform between −1 and 1.</summary>
    [Range(1, 65536)]
    public override int CodeDimension { get; init; } = 200;

    /// <summary>Units of a fully connected layer of the discriminator, which sees codes as well; 0 leaves it out.</summary>
    [Range(0, 65536)]
    public int DiscriminatorUnits { get; init; }
}
