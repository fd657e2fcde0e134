namespace SslFramework.Core.Objectives;

/// <summary>Tells embeddings' own rows of a memory bank from rows that were drawn for them.</summary>
/// <param name="Loss">How.</param>
/// <param name="Temperature">τ, above 0.</param>
public sealed record BankContrast(BankLoss Loss, double Temperature)
{
    /// <summary>Added to every denominator of noise-contrastive estimation.</summary>
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Computes the loss, and the metrics of a softmax over the same rows.</summary>
    /// <param name="bank">[images, D].</param>
    /// <param name="constant">Z of noise-contrastive estimation, [1]; the first batch decides on it.</param>
    /// <param name="queries">[n, D], rows of length 1.</param>
    /// <param name="rows">From <see cref="MemoryBank.Draw"/>, int64 [n, 1 + K].</param>
    /// <param name="replicas">The processes; each has as many queries.</param>
    /// <returns>The mean loss over the n queries, and metrics.</returns>
    public StepResult Compute(Tensor bank, Tensor constant, Tensor queries, Tensor rows, IReplicas replicas)
    {
        var similarities = MemoryBank.Scores(bank, queries, rows); // [n, 1 + K]
        if (Loss == BankLoss.Softmax)
        {
            return InfoNce.OwnFirst(queries, similarities, Temperature);
        }

        var loss = NoiseContrast.Loss(similarities, constant, Temperature, bank.shape[0], replicas, Epsilon);
        return new StepResult(loss, [.. InfoNce.OwnFirst(queries.detach(), similarities.detach(), Temperature).Metrics]);
    }
}

/// <summary>Ways to tell an embedding's own row of a memory bank from K drawn ones.</summary>
public enum BankLoss
{
    /// <summary>Noise-contrastive estimation: yes or no for each of them.</summary>
    Nce,

    /// <summary>A softmax over them.</summary>
    Softmax,
}
