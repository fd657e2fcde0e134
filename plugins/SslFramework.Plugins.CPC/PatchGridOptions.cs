using System.ComponentModel.DataAnnotations;

namespace SslFramework.Plugins.CPC;

/// <summary>Options of <see cref="PatchGridBackbone"/>; the defaults are CPC v2's: 6 × 6 patches of images of 260 pixels.</summary>
public sealed record PatchGridOptions
{
    /// <summary>The network that encodes each patch by itself.</summary>
    [Required]
    public Component<IBackbone>? Inner { get; init; }

    /// <summary>Side of a patch in pixels.</summary>
    [Range(1, 1024)]
    public int PatchSize { get; init; } = 80;

    /// <summary>Pixels from one patch to the next; patches overlap if it is below their side.</summary>
    [Range(1, 1024)]
    public int Stride { get; init; } = 36;

    /// <summary>Whether features are those of whole images, as if each were one patch, in place of the mean over the patches.</summary>
    public bool WholeImages { get; init; }
}
