namespace SslFramework.Core.Backbones;

/// <summary>Refuses images that pools and strides would reduce to nothing, before libtorch does.</summary>
public static class SmallestImage
{
    /// <summary>Throws if a side of the images is too small.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="side">The smallest side in pixels that the backbone takes.</param>
    /// <param name="backbone">The backbone's name.</param>
    /// <param name="remedy">What to do, for the end of the sentence.</param>
    /// <exception cref="ExperimentException">The images are too small; the message ends with <paramref name="remedy"/>.</exception>
    public static void Require(Tensor images, int side, string backbone, string remedy)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        if (Math.Min(height, width) < side)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone \"{backbone}\" needs images of at least {side}×{side}, but they are {height}×{width}; {remedy}.");
        }
    }
}
