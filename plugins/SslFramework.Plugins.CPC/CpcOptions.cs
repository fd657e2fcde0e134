using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.CPC;

/// <summary>Options of <see cref="CpcObjective"/>; the defaults are those of the code that the paper prints.</summary>
public sealed record CpcOptions : IValidatableObject
{
    /// <summary>Length of the vectors that are compared.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 64;

    /// <summary>Blocks of the context network; each sees one row further back and one column further to both sides.</summary>
    [Range(1, 64)]
    public int ContextBlocks { get; init; } = 5;

    /// <summary>Channels inside a block of the context network.</summary>
    [Range(1, 65536)]
    public int ContextWidth { get; init; } = 256;

    /// <summary>The nearest row that is predicted; nearer ones overlap with what is known.</summary>
    [Range(1, 64)]
    public int FirstOffset { get; init; } = 3;

    /// <summary>The farthest row that is predicted.</summary>
    [Range(1, 64)]
    public int LastOffset { get; init; } = 3;

    /// <summary>Directions of prediction: downwards, and those that a quarter turn more each gives.</summary>
    [Range(1, 4)]
    public int Directions { get; init; } = 4;

    /// <summary>What predictions are multiplied by.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Scale { get; init; } = 0.1;

    /// <summary>Pixels that a patch moves from its place at most, in each direction; its four edges are so much nearer.</summary>
    [Range(0, 512)]
    public int Jitter { get; init; }

    /// <summary>The probability that a patch is flipped from left to right, by itself.</summary>
    [Range(0.0, 1.0)]
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>The probability that two of three color channels of a patch become 0; gray images stay as they are.</summary>
    [Range(0.0, 1.0)]
    public double ColorDropProbability { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LastOffset < FirstOffset)
        {
            yield return new(
                $"\"lastOffset\" {LastOffset} is below \"firstOffset\" {FirstOffset}, so that no row would be predicted",
                [nameof(FirstOffset), nameof(LastOffset)]);
        }
    }
}
