using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.CMC;

/// <summary>Options of <see cref="CmcObjective"/>; the defaults are the paper's.</summary>
public sealed record CmcOptions
{
    /// <summary>What tells an image's own entry of a memory bank from others.</summary>
    public BankLoss Loss { get; init; } = BankLoss.Nce;

    /// <summary>K, the entries that are drawn for each image, the same of both banks.</summary>
    [Range(1, 1 << 24)]
    public int Negatives { get; init; } = 16_384;

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    /// <summary>D, the length of an embedding and of an entry.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>The share of an entry that stays when its image is seen again.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.5;
}
