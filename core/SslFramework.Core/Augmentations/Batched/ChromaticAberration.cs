namespace SslFramework.Core.Augmentations.Batched;

/// <summary>
/// Hides chromatic aberration, from which a network could read where in a photograph a patch was. Gray images have none and stay
/// as they are. Doersch et al. 2015, section 3.2, https://arxiv.org/abs/1505.05192
/// </summary>
public static class ChromaticAberration
{
    /// <summary>
    /// Keeps one channel of each image and replaces the others by noise whose deviation is a share of the kept channel's.
    /// </summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="kept">The channel, int64 [N].</param>
    /// <param name="noise">Uniform in [0, 1), [N, 3, H, W].</param>
    /// <param name="share">The noise's deviation, in deviations of the kept channel.</param>
    public static Tensor Drop(Tensor images, Tensor kept, Tensor noise, double share)
    {
        using var scope = NewDisposeScope();
        var isKept = arange(3, int64, images.device).eq(kept.unsqueeze(1)).view(-1, 3, 1, 1);
        var deviation = (images * isKept).sum(1, keepdim: true).std([2, 3], unbiased: false, keepdim: true); // [N, 1, 1, 1]
        var centered = (noise.to(images.dtype) - 0.5) * Math.Sqrt(12); // deviation 1
        return where(isKept, images, centered * deviation * share).MoveToOuterDisposeScope();
    }

    /// <summary>Removes the part of each color that lies along the axis from green to magenta.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    public static Tensor Project(Tensor images)
    {
        using var scope = NewDisposeScope();

        // B = I − aᵀa / aaᵀ with a = (−1, 2, −1).
        var a = tensor([-1.0, 2, -1], images.dtype, images.device);
        var projection = eye(3, dtype: images.dtype, device: images.device) - (a.outer(a) / 6);
        return einsum("ij,njhw->nihw", projection, images).MoveToOuterDisposeScope();
    }
}
