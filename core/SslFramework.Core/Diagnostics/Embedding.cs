namespace SslFramework.Core.Diagnostics;

/// <summary>Numbers that distinguish collapsed embeddings from spread ones. Tensors in, scalar tensor out, without gradient.</summary>
public static class Embedding
{
    /// <summary>
    /// The standard deviation over the rows, scaled to length 1, averaged over dimensions, times √D: 1 if the rows point
    /// everywhere, 0 if all are the same (SimSiam, https://arxiv.org/abs/2011.10566).
    /// </summary>
    /// <param name="embeddings">[N, D].</param>
    /// <returns>float32 scalar.</returns>
    public static Tensor Deviation(Tensor embeddings)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = nn.functional.normalize(embeddings.to(float32), dim: 1);
        var centered = rows.sub(rows.mean([0])); // torch's std has no kernel for the meta device
        return centered.square().mean([0]).sqrt().mean().mul(Math.Sqrt(embeddings.shape[1])).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The number of dimensions that the rows really use: e to the entropy of the singular values (RankMe,
    /// https://arxiv.org/abs/2210.02885).
    /// </summary>
    /// <param name="embeddings">[N, D]; costs min(N, D)²·max(N, D).</param>
    /// <returns>float32 scalar: 1 to min(N, D), 0 if every number is 0, NaN if one is NaN or infinite.</returns>
    public static Tensor EffectiveRank(Tensor embeddings)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = embeddings.to(float32);
        var hasNumbers = rows.device_type != DeviceType.META; // the meta device has shapes only
        if (hasNumbers && !rows.isfinite().all().item<bool>())
        {
            return tensor(float.NaN, device: rows.device).MoveToOuterDisposeScope(); // svd would throw
        }

        var values = linalg.svdvals(rows);
        var total = values.sum();
        if (hasNumbers && total.item<float>() == 0)
        {
            return tensor(0f, device: rows.device).MoveToOuterDisposeScope(); // no direction at all
        }

        var shares = values.div(total).add(1e-7); // as in the paper: avoids log 0
        return shares.mul(shares.log()).sum().neg().exp().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How evenly unit vectors fill the sphere: the logarithm of the mean of exp(−2‖x − y‖²) over all pairs
    /// (https://arxiv.org/abs/2005.10242). 0 if all are the same, about −4 if they point everywhere.
    /// </summary>
    /// <param name="embeddings">[N, D], N at least 2; takes N² numbers of memory.</param>
    /// <returns>float32 scalar.</returns>
    public static Tensor Uniformity(Tensor embeddings)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = nn.functional.normalize(embeddings.to(float32), dim: 1);
        var count = rows.shape[0];
        var closeness = rows.mm(rows.t()).sub_(1).mul_(4).exp_(); // −2‖x − y‖² = 4(x·y − 1)
        return closeness.sum().sub(closeness.diagonal().sum()).div(count * (count - 1.0)).log().MoveToOuterDisposeScope();
    }

    /// <summary>How far apart two views of an image lie: the mean of ‖x − y‖² of unit vectors (https://arxiv.org/abs/2005.10242).</summary>
    /// <param name="first">[N, D].</param>
    /// <param name="second">[N, D], the same images in other views.</param>
    /// <returns>float32 scalar, 0 to 4.</returns>
    public static Tensor Alignment(Tensor first, Tensor second)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (a, b) = (nn.functional.normalize(first.to(float32), dim: 1), nn.functional.normalize(second.to(float32), dim: 1));
        return a.sub(b).square().sum(dim: 1).mean().MoveToOuterDisposeScope();
    }
}
