namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Images that a backbone over patch tokens is given.</summary>
public static class TokenImages
{
    /// <summary>
    /// Refuses images of another size than the backbone's own, for what has tables of one grid of patches, such as a decoder.
    /// </summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="images">[N, C, H, W].</param>
    /// <exception cref="ExperimentException">The images have another size.</exception>
    public static void EnsureOwnSize(this ITokenBackbone backbone, Tensor images)
    {
        var (height, width) = (backbone.GridRows * backbone.PatchSize, backbone.GridColumns * backbone.PatchSize);
        if (images.shape[^2] != height || images.shape[^1] != width)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The objective takes images of {height} × {width}, as \"backbone\" does, but got {images.shape[^2]} × {images.shape[^1]}; "
                + "resize the views, or set \"imageSize\" in \"backbone\" to their size.");
        }
    }
}
