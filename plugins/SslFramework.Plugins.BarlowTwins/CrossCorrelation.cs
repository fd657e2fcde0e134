namespace SslFramework.Plugins.BarlowTwins;

/// <summary>
/// The loss of Barlow Twins, equation 1: two views of an image shall agree in each number of their embeddings, and the numbers shall be
/// independent of each other. Zbontar et al. 2021, https://arxiv.org/abs/2103.03230
/// </summary>
public static class CrossCorrelation
{
    /// <summary>Compares the correlations between the embeddings of two views with those of the identity matrix.</summary>
    /// <param name="first">The first views' embeddings, float32 [n, D]; over all processes a column has mean 0 and variance 1.</param>
    /// <param name="second">The second views' embeddings, [n, D], of the same kind.</param>
    /// <param name="lambda">λ, the weight of what is off the diagonal.</param>
    /// <param name="replicas">The processes that train together, n images each.</param>
    /// <returns>
    /// The loss, which is the same in every process, and metrics: <c>onDiagonal</c> and <c>offDiagonal</c>, its two parts with their
    /// weights, and <c>correlation</c>, the mean of the diagonal.
    /// </returns>
    public static StepResult Loss(Tensor first, Tensor second, double lambda, IReplicas replicas)
    {
        using var float32Only = Autocast.Pause(first.device_type);
        var c = replicas.Sum(first.t().mm(second)) / (first.shape[0] * replicas.Count); // [D, D]
        var diagonal = c.diagonal(); // [D]
        var on = (diagonal - 1).square().sum();
        var off = lambda * (c.square().sum() - diagonal.square().sum());
        return new StepResult(
            on + off, ("onDiagonal", on.detach()), ("offDiagonal", off.detach()), ("correlation", diagonal.detach().mean()));
    }
}
