using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BiGAN;

/// <summary>Options of <see cref="BiganObjective"/>; the defaults are those of the authors' code for images of 64×64.</summary>
public sealed record BiganOptions
{
    /// <summary>D, the length of a code, whose numbers are uniform between −1 and 1.</summary>
    [Range(1, 65536)]
    public int CodeDimension { get; init; } = 200;

    /// <summary>
    /// Places per side of the backbone's last maps from which the code is made, so that it can say where something is; 0 takes the feature
    /// vector, which is the mean over all places in most networks.
    /// </summary>
    [Range(0, 64)]
    public int PooledSide { get; init; }

    /// <summary>Side of the images that are generated and judged; null makes them as large as the views.</summary>
    [Range(8, 1024)]
    public int? ImageSide { get; init; }

    /// <summary>Channels of the generator's last hidden maps; twice as many in each earlier ones.</summary>
    [Range(1, 4096)]
    public int GeneratorWidth { get; init; } = 64;

    /// <summary>Channels of the discriminator's first maps; twice as many in each further ones.</summary>
    [Range(1, 4096)]
    public int DiscriminatorWidth { get; init; } = 64;

    /// <summary>Units of a fully connected layer of the discriminator, which sees codes as well; 0 leaves it out.</summary>
    [Range(0, 65536)]
    public int DiscriminatorUnits { get; init; }
}
