using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BiGAN;

/// <summary>Options that <see cref="BiganObjective"/> and <see cref="BigbiganObjective"/> have in common.</summary>
public abstract record AdversarialOptions
{
    /// <summary>D, the length of a code.</summary>
    [Range(1, 65536)]
    public abstract int CodeDimension { get; init; }

    /// <summary>
    /// Places per side of the backbone's last maps from which the code is made, so that it can say where something is; 0 takes the feature
    /// vector, which is the mean over all places in most networks.
    /// </summary>
    [Range(0, 64)]
    public int PooledSide { get; init; }

    /// <summary>Side of the images that are generated and judged; null makes them as large as the views, which the encoder sees.</summary>
    [Range(8, 1024)]
    public int? ImageSide { get; init; }

    /// <summary>Channels of the generator's last hidden maps; twice as many in each earlier ones.</summary>
    [Range(1, 4096)]
    public int GeneratorWidth { get; init; } = 64;

    /// <summary>Channels of the discriminator's first maps; twice as many in each further ones.</summary>
    [Range(1, 4096)]
    public int DiscriminatorWidth { get; init; } = 64;
}
