using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Context;

/// <summary>Options of <see cref="ContextObjective"/>; the defaults are the paper's.</summary>
public sealed record ContextOptions : IValidatableObject
{
    /// <summary>Side of a patch in pixels.</summary>
    [Range(3, 256)]
    public int PatchSize { get; init; } = 96;

    /// <summary>Pixels between neighboring patches that have not moved.</summary>
    [Range(0, 1024)]
    public int Gap { get; init; } = 48;

    /// <summary>Pixels that a patch moves from its place at most, in each direction; at most half of the gap.</summary>
    [Range(0, 512)]
    public int Jitter { get; init; } = 7;

    /// <summary>Which patches are compared.</summary>
    public PatchPairs Pairs { get; init; } = PatchPairs.Adjacent;

    /// <summary>Grids laid over each image, each with an origin and moves of its own; 4 in the authors' code.</summary>
    [Range(1, 64)]
    public int Grids { get; init; } = 1;

    /// <summary>How chromatic aberration is hidden, which reveals where in a photograph a patch was.</summary>
    public PatchColor Color { get; init; } = PatchColor.Drop;

    /// <summary>The probability that a patch is shrunk (down to about a tenth of its side) and enlarged again.</summary>
    [Range(0.0, 1.0)]
    public double ResampleProbability { get; init; } = 0.33;

    /// <summary>How brightness and contrast of a patch are hidden.</summary>
    public PatchScaling Scaling { get; init; } = PatchScaling.RootMeanSquare;

    /// <summary>If given, the last layer's maps, pooled to this side and laid out in a row, replace the backbone's features.</summary>
    [Range(1, 16)]
    public int? PooledSide { get; init; }

    /// <summary>Number of fully connected layers of the head, the classifier included.</summary>
    [Range(1, 8)]
    public int HeadLayers { get; init; } = 3;

    /// <summary>Width of the head's hidden layers.</summary>
    [Range(1, 65536)]
    public int HeadWidth { get; init; } = 4096;

    /// <summary>Whether the head's first layer has a batch norm (without scale and shift).</summary>
    public bool HeadNorm { get; init; } = true;

    /// <summary>Share of the head's units that are dropped before the classifier.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => 2 * Jitter <= Gap ? [] :
    [
        new(
            $"\"jitter\" {Jitter} is more than half of \"gap\" {Gap}, so that neighbors may overlap, which gives the answer away",
            [nameof(Jitter), nameof(Gap)]),
    ];
}

/// <summary>Which patches of a grid are compared.</summary>
public enum PatchPairs
{
    /// <summary>Every two patches that touch, in both directions, in as large a grid as fits: the paper's.</summary>
    Adjacent,

    /// <summary>The center of a 3×3 grid with each of its eight neighbors: later recipes'.</summary>
    Neighbors,
}

/// <summary>Ways to hide chromatic aberration. Gray images have none and are not changed.</summary>
public enum PatchColor
{
    /// <summary>Keeps one channel, drawn for each patch, and replaces the others by noise of a hundredth of its deviation.</summary>
    Drop,

    /// <summary>Removes the part of each color that lies along the axis from green to magenta.</summary>
    Project,

    /// <summary>Leaves colors unchanged.</summary>
    Keep,
}

/// <summary>Ways to hide brightness and contrast.</summary>
public enum PatchScaling
{
    /// <summary>Divides by the root mean square and multiplies by 50, as the authors do: views must have mean 0.</summary>
    RootMeanSquare,

    /// <summary>Scales each patch to mean 0 and deviation 1: later recipes'.</summary>
    Standardize,
}
