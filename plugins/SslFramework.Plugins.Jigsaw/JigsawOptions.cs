using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Jigsaw;

/// <summary>Options of <see cref="JigsawObjective"/>; the defaults are the paper's.</summary>
public sealed record JigsawOptions : IValidatableObject
{
    /// <summary>Tiles in each direction; 2 gives the smallest puzzles.</summary>
    [Range(2, 3)]
    public int GridSide { get; init; } = 3;

    /// <summary>Side of a tile in pixels.</summary>
    [Range(3, 256)]
    public int PatchSize { get; init; } = 64;

    /// <summary>Pixels between neighboring tiles that have not moved.</summary>
    [Range(0, 1024)]
    public int Gap { get; init; } = 21;

    /// <summary>Pixels that a tile moves from its place at most, in each direction.</summary>
    [Range(0, 512)]
    public int Jitter { get; init; } = 9;

    /// <summary>Pixels that each channel of a tile moves further at most, so that chromatic aberration tells nothing.</summary>
    [Range(0, 64)]
    public int ChannelShift { get; init; } = 2;

    /// <summary>The probability that an image is gray.</summary>
    [Range(0.0, 1.0)]
    public double GrayProbability { get; init; } = 0.5;

    /// <summary>The probability that an image that is not gray loses its colors from green to magenta.</summary>
    [Range(0.0, 1.0)]
    public double ProjectProbability { get; init; } = 0.5;

    /// <summary>P, the number of permutations to distinguish; at most all of the tiles'.</summary>
    [Range(2, 100_000)]
    public int Permutations { get; init; } = 1000;

    /// <summary>Which permutations these are.</summary>
    public PermutationChoice Choice { get; init; } = PermutationChoice.MaxMin;

    /// <summary>R, puzzles made of the tiles of one image; each tile is encoded once.</summary>
    [Range(1, 1024)]
    public int Puzzles { get; init; } = 1;

    /// <summary>If given, the last layer's maps, pooled to this side and laid out in a row, replace the backbone's features.</summary>
    [Range(1, 16)]
    public int? PooledSide { get; init; }

    /// <summary>Width of the layer that reads each tile by itself; 0 leaves it out.</summary>
    [Range(0, 65536)]
    public int TileDimension { get; init; } = 1024;

    /// <summary>Width of the layer that reads all tiles together; 0 leaves only the classifier.</summary>
    [Range(0, 65536)]
    public int HiddenDimension { get; init; } = 4096;

    /// <summary>Batch norm in these two layers.</summary>
    public HeadNorm HiddenNorm { get; init; } = HeadNorm.None;

    /// <summary>Share of the units of these two layers that are dropped.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((2 * Jitter) + ChannelShift > Gap)
        {
            yield return new(
                $"twice \"jitter\" {Jitter} and \"channelShift\" {ChannelShift} are more than \"gap\" {Gap}, so that neighbors may "
                + "overlap, which gives the answer away",
                [nameof(Jitter), nameof(ChannelShift), nameof(Gap)]);
        }

        if (GridSide == 2 && Permutations > 24)
        {
            yield return new(
                $"\"permutations\" is {Permutations}, but 4 tiles have only 24", [nameof(Permutations), nameof(GridSide)]);
        }
    }
}

/// <summary>How permutations are chosen that lie far apart, by the number of places at which two differ.</summary>
public enum PermutationChoice
{
    /// <summary>
    /// The next permutation is one whose nearest chosen one is farthest away; of several, the one farthest from all on average.
    /// </summary>
    MaxMin,

    /// <summary>
    /// The next permutation is the farthest from all chosen ones on average, as in the authors' code; some differ at two places only.
    /// </summary>
    Mean,
}
