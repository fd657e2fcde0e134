using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Augmentations;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="SeedPatchSource"/>.</summary>
internal sealed record SeedPatchOptions
{
    /// <summary>The images that seeds are picked from.</summary>
    [Required]
    public Component<IDataSource> Source { get; init; } = null!;

    /// <summary>Number of seeds, and so of classes. The paper finds the best accuracy near 8000.</summary>
    [Range(2, 10_000_000)]
    public int Count { get; init; } = 8000;

    /// <summary>Side of a seed patch in pixels. In images that are no larger there is one seed, in the middle.</summary>
    [Range(4, 1024)]
    public int PatchSize { get; init; } = 32;

    /// <summary>Side of the window round a seed; where absent, 2.25 patches, which is enough for the paper's transformations.</summary>
    [Range(4, 4096)]
    public int? Window { get; init; }

    /// <summary>
    /// Seeds are this many sizes, each 1 / 0.8 of the one before, drawn at random: 4 in the authors' code. With more than
    /// one, windows differ in size, and the recipe must resize them.
    /// </summary>
    [Range(1, 16)]
    public int Scales { get; init; } = 1;

    /// <summary>Images that are looked at, evenly spaced over the source: 4 for each seed, where there are so many and this is absent.</summary>
    [Range(1, int.MaxValue)]
    public int? Candidates { get; init; }

    /// <summary>The part of the source's images that may be unusable; they give no seeds.</summary>
    [Range(0.0, 0.5)]
    public double MaximumBad { get; init; } = 0.01;

    /// <summary>What lies beyond an image's edge.</summary>
    public Border Border { get; init; } = Border.Reflect;

    /// <summary>Another number picks other seeds.</summary>
    public long Seed { get; init; }
}
