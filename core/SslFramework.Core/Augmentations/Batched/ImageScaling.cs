namespace SslFramework.Core.Augmentations.Batched;

/// <summary>Hides the brightness and contrast of each image of a batch.</summary>
public static class ImageScaling
{
    private static readonly long[] Pixels = [1, 2, 3];

    /// <summary>Scales each image to mean 0 and deviation 1; flat images become 0.</summary>
    /// <param name="images">[N, C, H, W].</param>
    public static Tensor Standardize(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ToRootMeanSquare(images - images.mean(Pixels, keepdim: true), 1).MoveToOuterDisposeScope();
    }

    /// <summary>Scales each image to the given root mean square.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="size">The root mean square, above 0.</param>
    public static Tensor ToRootMeanSquare(Tensor images, double size)
    {
        using var scope = NewDisposeScope();
        var floor = 1 / Math.Sqrt(images.numel() / images.shape[0]); // so that noise in flat images is not amplified
        var own = images.square().mean(Pixels, keepdim: true).sqrt().clamp_min(floor);
        return (images / own * size).MoveToOuterDisposeScope();
    }
}
