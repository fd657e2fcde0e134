using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>Options of <see cref="InstanceDiscriminationObjective"/>; the defaults are the authors' for ImageNet.</summary>
public sealed record InstanceDiscriminationOptions
{
    /// <summary>What tells an image's own entry from the others.</summary>
    public InstanceLoss Loss { get; init; } = InstanceLoss.Nce;

    /// <summary>D, the length of an embedding and of an entry.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    /// <summary>K, the entries that are drawn for each image, for the loss <c>nce</c>.</summary>
    [Range(1, 1 << 24)]
    public int Negatives { get; init; } = 4096;

    /// <summary>The share of an entry that stays when its image is seen again.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.5;
}

/// <summary>Ways to tell an entry from all others.</summary>
public enum InstanceLoss
{
    /// <summary>Noise-contrastive estimation: yes or no for each of K entries that are drawn. The authors' for ImageNet.</summary>
    Nce,

    /// <summary>A softmax over all entries, which costs a product with each: the authors' for CIFAR-10.</summary>
    Full,
}
