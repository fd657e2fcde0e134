using SslFramework.Core.Diagnostics;
using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>The contrastive loss: which key is the query's? Oord et al. 2018, https://arxiv.org/abs/1807.03748</summary>
public static class InfoNce
{
    /// <summary>Compares each query with its own key and a dictionary that all queries share.</summary>
    /// <param name="queries">float32 [n, D], rows of length 1.</param>
    /// <param name="keys">The queries' own keys, [n, D].</param>
    /// <param name="dictionary">Negatives, [D, K].</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <returns>The mean loss over the n queries, and metrics.</returns>
    public static StepResult AgainstDictionary(Tensor queries, Tensor keys, Tensor dictionary, double temperature)
    {
        using var float32Only = Autocast.Pause(queries.device_type);
        var positives = (queries * keys).sum(1, keepdim: true); // [n, 1]
        return OwnFirst(queries, cat([positives, queries.mm(dictionary)], 1), temperature); // [n, 1 + K]
    }

    /// <summary>Compares each query with the keys of the whole batch, one of which is its own.</summary>
    /// <param name="queries">This process's queries, float32 [n, D], rows of length 1.</param>
    /// <param name="keys">The keys of all processes, [N, D].</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="rank">This process's number: query i belongs to key n·rank + i.</param>
    /// <returns>The mean loss over the n queries, and metrics.</returns>
    /// <exception cref="ExperimentException">There is only one key, and so nothing to distinguish it from.</exception>
    public static StepResult AgainstBatch(Tensor queries, Tensor keys, double temperature, int rank)
    {
        using var float32Only = Autocast.Pause(queries.device_type);
        var n = queries.shape[0];
        return Classify(queries, queries.mm(keys.t()), arange(n, int64, queries.device) + (n * rank), temperature);
    }

    /// <summary>Compares each query with all entries of a memory bank, one of which is its image's: every image is a class.</summary>
    /// <param name="queries">float32 [n, D], rows of length 1.</param>
    /// <param name="bank">One entry per image, [images, D].</param>
    /// <param name="images">The queries' images, int64 [n].</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <returns>The mean loss over the n queries, and metrics.</returns>
    public static StepResult AgainstBank(Tensor queries, Tensor bank, Tensor images, double temperature)
    {
        using var float32Only = Autocast.Pause(queries.device_type);
        return Classify(queries, queries.mm(bank.t()), images, temperature);
    }

    /// <summary>Compares each query with similarities of its own, such as those with entries that were drawn for it.</summary>
    /// <param name="queries">float32 [n, D], rows of length 1.</param>
    /// <param name="similarities">With the query's own key, column 0, and with K others: [n, 1 + K].</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <returns>The mean loss over the n queries, and metrics.</returns>
    public static StepResult OwnFirst(Tensor queries, Tensor similarities, double temperature)
    {
        using var float32Only = Autocast.Pause(queries.device_type);
        return Classify(queries, similarities, zeros(queries.shape[0], int64, queries.device), temperature);
    }

    private static StepResult Classify(Tensor queries, Tensor similarities, Tensor positives, double temperature)
    {
        if (similarities.shape[1] < 2)
        {
            throw new ExperimentException(
                FailureKind.Config,
                "A contrastive loss tells an image from others, and a batch of one image has none; "
                + "raise \"training.batchSize\", or lower \"training.accumulation\".");
        }

        var all = similarities.detach(); // [n, M]
        var own = all.gather(1, positives.unsqueeze(1)); // [n, 1]
        return new StepResult(
            nn.functional.cross_entropy(similarities / temperature, positives),
            ("accuracy", all.argmax(1).eq(positives).to(float32).mean()),
            ("positiveSimilarity", own.mean()),
            ("negativeSimilarity", (all.sum() - own.sum()) / (all.numel() - own.numel())),
            ("embeddingDeviation", Embedding.Deviation(queries.detach())));
    }
}
