namespace SslFramework.Plugins.DINO;

/// <summary>
/// Spreads features over the sphere: the closer the nearest other image is, the higher the loss. The entropy estimate of Kozachenko and
/// Leonenko, as in Sablayrolles et al. 2019, https://arxiv.org/abs/1806.03198
/// </summary>
public static class KoLeo
{
    private const double Epsilon = 1e-8;

    /// <summary>The mean over this process's images of −ln of the distance to the nearest image of all processes.</summary>
    /// <param name="features">[n, D].</param>
    /// <param name="replicas">The processes that train together.</param>
    public static Tensor Loss(Tensor features, IReplicas replicas)
    {
        using var float32Only = Autocast.Pause(features.device_type);
        var (own, n) = (features.UnitRows(), features.shape[0]); // [n, D]
        var all = replicas.Gather(own); // [N, D]
        Tensor nearest; // int64 [n]
        using (no_grad())
        {
            var images = arange(all.shape[0], device: own.device); // [N]
            var self = images.narrow(0, n * replicas.Rank, n).unsqueeze(1).eq(images); // [n, N]
            nearest = own.mm(all.t()).masked_fill_(self, -1).argmax(1);
        }

        // PyTorch's pairwise distance adds ε to each difference, and the authors add it to the distance too.
        var distances = (own - all.index_select(0, nearest)).add(Epsilon).norm(1);
        return -distances.add(Epsilon).log().mean();
    }
}
