namespace SslFramework.Plugins.VICReg;

/// <summary>
/// The loss of VICReg, equation 6: views of an image shall be close, each number of an embedding shall vary, and no two shall vary
/// together. Bardes, Ponce and LeCun 2022, https://arxiv.org/abs/2105.04906
/// </summary>
public static class VicRegLoss
{
    private const double Epsilon = 1e-4; // keeps the gradient of a root finite at 0

    /// <summary>Computes the loss of two views' embeddings.</summary>
    /// <param name="first">The first views' embeddings, float32 [n, D].</param>
    /// <param name="second">The second views' embeddings, [n, D].</param>
    /// <param name="options">The weights of the three parts.</param>
    /// <param name="replicas">The processes that train together, n images each.</param>
    /// <returns>
    /// The loss, and its parts without their weights as metrics. The distance is the mean over this process's images; variances and
    /// covariances are those of all images, with gradient.
    /// </returns>
    public static StepResult Of(Tensor first, Tensor second, VicRegOptions options, IReplicas replicas)
    {
        using var float32Only = Autocast.Pause(first.device_type);
        var invariance = (first - second).square().mean();
        var (x, y) = (Centered(replicas.Gather(first)), Centered(replicas.Gather(second))); // [N, D]
        var variance = (Hinge(x) + Hinge(y)) / 2;
        var covariance = Covariance(x) + Covariance(y);
        return new StepResult(
            (options.InvarianceWeight * invariance) + (options.VarianceWeight * variance) + (options.CovarianceWeight * covariance),
            ("invariance", invariance.detach()),
            ("variance", variance.detach()),
            ("covariance", covariance.detach()));
    }

    private static Tensor Centered(Tensor rows) => rows - rows.mean([0]);

    /// <summary>How much standard deviations lack to 1: v of equation 1.</summary>
    private static Tensor Hinge(Tensor centered)
    {
        var variances = centered.square().sum([0]) / (centered.shape[0] - 1); // [D]
        return (1 - (variances + Epsilon).sqrt()).relu().mean();
    }

    /// <summary>The squares of all covariances between different numbers, by D: c of equation 4.</summary>
    private static Tensor Covariance(Tensor centered)
    {
        var c = centered.t().mm(centered) / (centered.shape[0] - 1); // [D, D]
        return (c.square().sum() - c.diagonal().square().sum()) / c.shape[0];
    }
}
