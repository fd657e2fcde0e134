using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.DeepCluster;

/// <summary>Options of <see cref="SobelBackbone"/>.</summary>
public sealed record SobelOptions
{
    /// <summary>The network that sees the edges; it is built for 2 channels.</summary>
    [Required]
    public Component<IBackbone>? Inner { get; init; }
}
