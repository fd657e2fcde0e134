using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>Options of <see cref="LocalAggregationObjective"/>; the defaults are the authors' for a ResNet on ImageNet.</summary>
public sealed record LocalAggregationOptions
{
    /// <summary>Epochs of instance discrimination at first, until the entries say enough to be clustered.</summary>
    [Range(0, 100_000)]
    public int WarmUpEpochs { get; init; } = 10;

    /// <summary>The loss of the warm-up.</summary>
    public InstanceLoss WarmUpLoss { get; init; } = InstanceLoss.Nce;

    /// <summary>k, the background: the nearest entries of an image; all if there are fewer.</summary>
    [Range(1, 1 << 24)]
    public int Neighbors { get; init; } = 4096;

    /// <summary>H, the clusterings: an entry is close if it shares a cluster with the image in any of them.</summary>
    [Range(1, 1024)]
    public int Clusterings { get; init; } = 10;

    /// <summary>The clusters of each; null makes one per 40 images, and at most the 30,000 of the authors.</summary>
    [Range(1, 1 << 24)]
    public int? Clusters { get; init; }

    /// <summary>Times that the centers of clusters are moved.</summary>
    [Range(1, 1000)]
    public int Iterations { get; init; } = 20;

    /// <summary>D, the length of an embedding and of an entry.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    /// <summary>K, the entries that are drawn for each image during the warm-up, for the loss <c>nce</c>.</summary>
    [Range(1, 1 << 24)]
    public int Negatives { get; init; } = 4096;

    /// <summary>The share of an entry that stays when its image is seen again.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.5;
}
