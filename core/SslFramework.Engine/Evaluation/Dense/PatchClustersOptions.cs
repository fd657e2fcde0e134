using System.ComponentModel.DataAnnotations;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Options of <see cref="PatchClusters"/>.</summary>
internal sealed record PatchClustersOptions : DenseOptions
{
    /// <summary>
    /// Number of clusters, more than there are classes: each then gets the class that most of its pixels in the train images have. Null
    /// makes as many as there are classes, and train images are not looked at.
    /// </summary>
    [Range(2, 255)]
    public int? Clusters { get; init; }

    /// <summary>How often clusters are begun anew; those with the smallest distances are taken.</summary>
    [Range(1, 1000)]
    public int Starts { get; init; } = 5;

    /// <summary>Times that the centers are moved.</summary>
    [Range(1, 10_000)]
    public int Iterations { get; init; } = 20;

    /// <summary>Whether the mean of all patches is subtracted first.</summary>
    public bool Center { get; init; }

    /// <summary>The most patches that centers are found with, as many of each test image.</summary>
    [Range(1, 1 << 24)]
    public override int Patches { get; init; } = 20_480;
}
