namespace SslFramework.Plugins.DINO;

/// <summary>What the student learns from the teacher.</summary>
public static class Distillation
{
    /// <summary>The teacher's temperature, constant within an epoch: a line from the first to the last, and then the last.</summary>
    /// <param name="epoch">Epochs done, with a fraction.</param>
    /// <param name="first">Temperature of the first epoch.</param>
    /// <param name="last">Temperature after the warm-up.</param>
    /// <param name="warmupEpochs">Number of epochs of the line; 0 or 1 has none.</param>
    public static double Temperature(double epoch, double first, double last, int warmupEpochs)
    {
        var whole = Math.Floor(epoch);
        return whole >= warmupEpochs ? last : warmupEpochs < 2 ? first : first + ((last - first) * whole / (warmupEpochs - 1));
    }

    /// <summary>
    /// The mean cross-entropy over all pairs of a global view of the teacher and another view of the student.
    /// </summary>
    /// <param name="targets">The teacher's probabilities [G, N, K] of the first G views.</param>
    /// <param name="logs">Logarithms of the student's probabilities [V, N, K] of all views.</param>
    public static Tensor OtherViews(Tensor targets, Tensor logs)
    {
        var (globals, views) = (targets.shape[0], logs.shape[0]);

        // Σ over v ≠ g of p(g)·log q(v), as the sum over all v minus that of v = g: no pair for itself.
        var others = logs.sum([0]) - logs.narrow(0, 0, globals); // [G, N, K]
        return -(targets * others).sum(-1).mean() / (views - 1);
    }

    /// <summary>The mean entropy of probabilities [G, N, K]: 0 to ln K. Both ends are collapse.</summary>
    public static Tensor Entropy(Tensor probabilities) => special.entr(probabilities).sum(-1).mean();
}
