using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.Colorization;

/// <summary>Options of <see cref="LightnessBackbone"/>.</summary>
public sealed record LightnessOptions
{
    /// <summary>The network that sees the lightness; it is built for 1 channel.</summary>
    [Required]
    public Component<IBackbone>? Inner { get; init; }
}
