using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.PIRL;

/// <summary>Options of <see cref="PirlObjective"/>; the defaults are the authors' for ImageNet, with views of 224 and 255 pixels.</summary>
public sealed record PirlOptions
{
    /// <summary>Patches in each direction.</summary>
    [Range(2, 4)]
    public int GridSide { get; init; } = 3;

    /// <summary>Side of a patch in pixels.</summary>
    [Range(3, 256)]
    public int PatchSize { get; init; } = 64;

    /// <summary>Pixels between neighboring patches that have not moved.</summary>
    [Range(0, 1024)]
    public int Gap { get; init; } = 21;

    /// <summary>Pixels that a patch moves from its place at most, in each direction.</summary>
    [Range(0, 512)]
    public int Jitter { get; init; } = 10;

    /// <summary>What tells an image's own entry of the memory bank from others.</summary>
    public BankLoss Loss { get; init; } = BankLoss.Nce;

    /// <summary>K, the entries that are drawn for each image, once for its patches and once for the image itself.</summary>
    [Range(1, 1 << 24)]
    public int Negatives { get; init; } = 32_000;

    /// <summary>τ, above 0.</summary>
    [Range(0, 100, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 0.07;

    /// <summary>D, the length of an embedding and of an entry.</summary>
    [Range(1, 65536)]
    public int Dimension { get; init; } = 128;

    /// <summary>Width of the hidden layer of both heads; 0 leaves it out.</summary>
    [Range(0, 65536)]
    public int HiddenDimension { get; init; }

    /// <summary>The share of an entry that stays when its image is seen again.</summary>
    [Range(0.0, 1.0)]
    public double Momentum { get; init; } = 0.5;

    /// <summary>The share of the image itself in the loss; its patches have the rest.</summary>
    [Range(0.0, 1.0)]
    public double ImageShare { get; init; } = 0.5;
}
