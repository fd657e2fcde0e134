using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>Options of <see cref="RotNetNin"/>.</summary>
public sealed record RotNetNinOptions
{
    /// <summary>Blocks of three convolutions; the paper compares 3, 4 and 5 and takes 4.</summary>
    [Range(3, 5)]
    public int Stages { get; init; } = 4;
}
