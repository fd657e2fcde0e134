using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BEiT;

/// <summary>Options of <see cref="PatchKMeans"/>.</summary>
public sealed record PatchKMeansOptions
{
    /// <summary>V, the number of clusters, which are the tokens; 256 for small gray images.</summary>
    [Range(2, 1 << 16)]
    public int Vocabulary { get; init; } = 512;

    /// <summary>Most patches that are clustered, drawn from all images.</summary>
    [Range(2, 1 << 22)]
    public int MostPatches { get; init; } = 100_000;

    /// <summary>Times that the clusters' centers are moved.</summary>
    [Range(1, 1000)]
    public int Iterations { get; init; } = 20;
}
