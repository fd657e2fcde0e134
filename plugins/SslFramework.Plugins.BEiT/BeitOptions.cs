using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BEiT;

/// <summary>Options of <see cref="BeitObjective"/>; the defaults are the authors'.</summary>
public sealed record BeitOptions
{
    /// <summary>What finds the tokens to predict; null takes <see cref="PatchKMeans"/> with its defaults.</summary>
    public Component<ITokenizer>? Tokenizer { get; init; }

    /// <summary>Share of the patches that is masked; the number is rounded down: 75 of 196.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double MaskRatio { get; init; } = 0.383;

    /// <summary>The smallest area of a masked block in patches; 2 to 4 for grids of about 7 × 7.</summary>
    [Range(1, 4096)]
    public int SmallestBlock { get; init; } = 16;
}
