namespace SslFramework.Plugins.AMDIM;

/// <summary>Tells the places of an image's other view from all places of other images: https://arxiv.org/abs/1906.00910</summary>
/// <param name="Clip">Scores lie between minus this and this.</param>
/// <param name="Penalty">The weight of the mean squared score.</param>
internal sealed record PlaceContrast(double Clip, double Penalty)
{
    /// <summary>Compares each vector with all places, as products over √D.</summary>
    /// <param name="sources">[n, D].</param>
    /// <param name="targets">Places of images, [N, D, H, W].</param>
    /// <returns>[n, N, H · W].</returns>
    public static Tensor Scores(Tensor sources, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(sources.device_type);
        var (images, d) = (targets.shape[0], targets.shape[1]);
        var places = targets.AtLeastFloat32().flatten(2).permute(1, 0, 2).reshape(d, -1); // [D, N · L]
        return (sources.AtLeastFloat32().mm(places) / Math.Sqrt(d)).view(sources.shape[0], images, -1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Computes the loss: for each place of the image's own other view, minus the logarithm of its share among itself and all places of the
    /// other images.
    /// </summary>
    /// <param name="scores">From <see cref="Scores"/>, [n, N, L].</param>
    /// <param name="rank">This process's number: source i belongs to image n · rank + i.</param>
    public PlaceLoss Loss(Tensor scores, int rank)
    {
        var n = scores.shape[0];
        var clipped = (scores / Clip).tanh() * Clip;
        var images = arange(scores.shape[1], int64, scores.device); // [N]
        var isOwn = images.narrow(0, n * rank, n).unsqueeze(1).eq(images).unsqueeze(2); // [n, N, 1]
        var own = clipped.masked_fill(isOwn.logical_not(), 0).sum(1); // [n, L]
        var others = clipped.masked_fill(isOwn, double.NegativeInfinity).flatten(1).logsumexp(1, keepdim: true); // [n, 1]
        var loss = (logaddexp(own, others) - own).mean();
        var most = clipped.detach().masked_fill(isOwn, double.NegativeInfinity).flatten(1).amax([1], keepdim: true);
        return new(loss, scores.square().mean() * Penalty, own.detach().gt(most).to(float32).mean());
    }
}

/// <summary>What <see cref="PlaceContrast"/> gives; scalars.</summary>
/// <param name="Nce">The mean over images and places.</param>
/// <param name="Penalty">Of the scores' size.</param>
/// <param name="Accuracy">The share of places that score higher than all of other images; without gradient.</param>
internal sealed record PlaceLoss(Tensor Nce, Tensor Penalty, Tensor Accuracy);
