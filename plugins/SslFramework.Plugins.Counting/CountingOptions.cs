using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Counting;

/// <summary>Options of <see cref="CountingObjective"/>; the defaults are the paper's.</summary>
public sealed record CountingOptions
{
    /// <summary>K, the number of things to count.</summary>
    [Range(1, 65536)]
    public int Counts { get; init; } = 1000;

    /// <summary>Number of fully connected layers between the backbone and the counts, the last one included.</summary>
    [Range(1, 8)]
    public int HeadLayers { get; init; } = 3;

    /// <summary>Width of the head's hidden layers.</summary>
    [Range(1, 65536)]
    public int HiddenDimension { get; init; } = 4096;

    /// <summary>M, above 0: the squared distance at which the counts of another image are far enough from those of the tiles.</summary>
    [Range(0, 1e6, MinimumIsExclusive = true)]
    public double Margin { get; init; } = 10;
}
