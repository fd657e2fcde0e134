using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DeepCluster;

/// <summary>Options of <see cref="DeepClusterObjective"/>; the defaults are the authors'.</summary>
public sealed record DeepClusterOptions
{
    /// <summary>k, the number of clusters; null makes one per 50 images, at least 2 and at most the 10,000 of the authors.</summary>
    [Range(2, 1 << 24)]
    public int? Clusters { get; init; }

    /// <summary>Principal components that features are reduced to before they are clustered; all if there are fewer.</summary>
    [Range(1, 65536)]
    public int Components { get; init; } = 256;

    /// <summary>Times that the centers of clusters are moved.</summary>
    [Range(1, 1000)]
    public int Iterations { get; init; } = 20;

    /// <summary>
    /// Linear layers between backbone and classifier. What the last of them gives is clustered, before its ReLU; 0 clusters the features of
    /// the backbone.
    /// </summary>
    [Range(0, 8)]
    public int HiddenLayers { get; init; } = 2;

    /// <summary>Width of these layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 4096;

    /// <summary>Share of the inputs of these layers that are dropped in training.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>The view of an image that is clustered; null takes one by the augmentation of training.</summary>
    public Component<IAugmentation>? Transform { get; init; }
}
