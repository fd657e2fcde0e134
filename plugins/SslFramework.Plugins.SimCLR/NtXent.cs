namespace SslFramework.Plugins.SimCLR;

/// <summary>The normalized temperature-scaled cross-entropy loss of SimCLR, section 2.1.</summary>
public static class NtXent
{
    /// <summary>
    /// For each of the 2n crops, the other crop of its image must be found among the 2N − 1 other crops of all processes.
    /// Gradient flows through the gathered crops too, as in the authors' code.
    /// </summary>
    /// <param name="first">Projections of the first crops, float32 [n, D], not yet normalized.</param>
    /// <param name="second">Projections of the second crops, [n, D].</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="replicas">The processes that train together, n images each.</param>
    /// <returns>The mean loss over this process's 2n anchors, and how many of them found their partner first, 0 to 1.</returns>
    /// <exception cref="ExperimentException">There is only one image.</exception>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor first, Tensor second, double temperature, IReplicas replicas)
    {
        using var float32Only = Autocast.Pause(first.device_type);
        var (z1, z2) = (nn.functional.normalize(first), nn.functional.normalize(second)); // [n, D]
        var anchors = cat([z1, z2]); // [2n, D]
        var others = cat([replicas.Gather(z1), replicas.Gather(z2)]); // [2N, D]
        var (n, all) = (first.shape[0], others.shape[0] / 2);
        if (all < 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "SimCLR tells an image from others, and a batch of one image has none; "
                + "raise \"training.batchSize\", or lower \"training.accumulation\".");
        }

        var row = arange(n, int64, first.device) + (replicas.Rank * n); // positions of this process's images among all
        var self = cat([row, row + all]); // [2n]
        var partner = cat([row + all, row]);

        var similarity = anchors.mm(others.t()).div(temperature); // [2n, 2N]
        var logits = similarity.scatter(1, self.unsqueeze(1), full_like(similarity.narrow(1, 0, 1), double.NegativeInfinity));
        var accuracy = logits.detach().argmax(1).eq(partner).to(float32).mean();
        return (nn.functional.cross_entropy(logits, partner), accuracy);
    }
}
