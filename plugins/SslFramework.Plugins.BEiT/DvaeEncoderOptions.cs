using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.BEiT;

/// <summary>Options of <see cref="DvaeEncoder"/>; the defaults are for small data.</summary>
public sealed record DvaeEncoderOptions
{
    /// <summary>Times that the size is halved: a token stands for 2 to the power of this pixels, along each side.</summary>
    [Range(1, 6)]
    public int Layers { get; init; } = 3;

    /// <summary>Channels of the hidden layers; 256 in the authors' weights.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>V, the number of tokens; 8,192 in the authors' weights.</summary>
    [Range(2, 1 << 16)]
    public int Vocabulary { get; init; } = 512;

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }
}
