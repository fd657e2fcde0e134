using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.LeJEPA;

/// <summary>The loss of LeJEPA, equation 2: each view predicts the center of its image, and all are spread as a Gaussian is.</summary>
public static class LeJepaLoss
{
    /// <summary>Computes the loss.</summary>
    /// <param name="embeddings">float32 [V, n, K], the views that make the center first.</param>
    /// <param name="globalViews">How many views make it.</param>
    /// <param name="directions">[K, M], the same in every process.</param>
    /// <param name="options">λ and the number of knots.</param>
    /// <param name="replicas">The processes that train together, n images each.</param>
    /// <returns>The loss, and its two parts without their weights as metrics. Gradient flows into the center too.</returns>
    public static StepResult Of(Tensor embeddings, long globalViews, Tensor directions, LeJepaOptions options, IReplicas replicas)
    {
        var center = embeddings.narrow(0, 0, globalViews).mean([0], keepdim: true); // [1, n, K]
        var invariance = (center - embeddings).square().mean();
        var sigReg = SigReg.Statistic(embeddings, directions, options.Knots, replicas);
        return new StepResult(
            ((1 - options.Lambda) * invariance) + (options.Lambda * sigReg),
            ("invariance", invariance.detach()),
            ("sigReg", sigReg.detach()),
            ("embeddingDeviation", Embedding.Deviation(embeddings.detach()[0])));
    }
}
