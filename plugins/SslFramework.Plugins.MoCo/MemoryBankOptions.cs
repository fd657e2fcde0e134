using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.MoCo;

/// <summary>Options of <see cref="MemoryBankObjective"/>.</summary>
public sealed record MemoryBankOptions : ProjectionOptions
{
    /// <summary>K, the entries that a step draws as negatives; MoCo's comparison goes up to 65536.</summary>
    [Range(1, 1 << 24)]
    public int Negatives { get; init; } = 4096;

    /// <summary>The share of an entry that stays when its image is a query again.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.5;
}
