namespace SslFramework;

/// <summary>
/// A backbone that encodes whole images some of whose patches are hidden: a token takes the place of each, once patches are embedded.
/// Every <see cref="ITokenBackbone"/> is one, and networks that must see the whole grid, such as Swin transformers, can be.
/// </summary>
public interface IMaskableBackbone : IBackbone
{
    /// <summary>Side of a square patch in pixels.</summary>
    int PatchSize { get; }

    /// <summary>Length of an embedded patch, and of the token that takes its place.</summary>
    int EmbeddedDimension { get; }

    /// <summary>Pixels of the image per place of the encoded maps, along each side.</summary>
    int EncodedStride { get; }

    /// <summary>Encodes images of which it does not see everything.</summary>
    /// <param name="images">float32 [N, C, H, W], H and W multiples of <see cref="PatchSize"/>.</param>
    /// <param name="hidden">bool [N, rows · columns] of patches, row by row, true for a hidden one.</param>
    /// <param name="token">[1, 1, EmbeddedDimension].</param>
    /// <returns>
    /// Encoded maps [N, D, H / EncodedStride, W / EncodedStride], D the length of a feature vector; sides are rounded up.
    /// </returns>
    Tensor EncodeMasked(Tensor images, Tensor hidden, Tensor token);
}
