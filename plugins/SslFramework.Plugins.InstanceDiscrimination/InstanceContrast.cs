namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>The loss of instance discrimination, which local aggregation begins with too.</summary>
/// <param name="Loss">Its form.</param>
/// <param name="Negatives">K, the entries that are drawn for each image, for noise-contrastive estimation.</param>
/// <param name="Temperature">τ.</param>
internal sealed record InstanceContrast(InstanceLoss Loss, int Negatives, double Temperature)
{
    /// <summary>Tells the entries of images from others, and computes the metrics of a softmax over the same entries.</summary>
    /// <param name="bank">[images, D].</param>
    /// <param name="constant">Z, [1]; the first batch decides on it.</param>
    /// <param name="queries">[n, D], rows of length 1.</param>
    /// <param name="images">The numbers of the batch's images, int64 [n].</param>
    /// <param name="batch">Names the same images.</param>
    /// <param name="step">The randomness and the processes.</param>
    public StepResult Compute(Tensor bank, Tensor constant, Tensor queries, Tensor images, ViewBatch batch, StepContext step)
    {
        if (Loss == InstanceLoss.Full)
        {
            return InfoNce.AgainstBank(queries, bank, images, Temperature);
        }

        var rows = MemoryBank.Draw(bank, batch, Negatives, step.Random); // [n, 1 + K]
        return new BankContrast(BankLoss.Nce, Temperature).Compute(bank, constant, queries, rows, step.Replicas);
    }
}
