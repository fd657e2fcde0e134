namespace SslFramework.Core.Objectives;

/// <summary>
/// A first-in first-out dictionary of keys, as two buffers of the objective that owns it, so that checkpoints hold it: a
/// queue [D, K] of unit columns, and a pointer to the oldest, int64 [1]. He et al. 2020, https://arxiv.org/abs/1911.05722
/// </summary>
public static class KeyQueue
{
    /// <summary>A queue of random columns: easy negatives, until real keys have taken their places.</summary>
    public static (Tensor Queue, Tensor Pointer) Create(int dimension, int length) => (
        nn.functional.normalize(randn(dimension, length), dim: 0).DetachFromDisposeScope(),
        zeros(1, int64).DetachFromDisposeScope());

    /// <summary>Whether keys can be enqueued: known before a step is taken, and they enter after it.</summary>
    /// <param name="queue">[D, K].</param>
    /// <param name="count">N, the keys of a batch.</param>
    /// <exception cref="ExperimentException">N does not divide K.</exception>
    public static void EnsureFits(Tensor queue, long count)
    {
        if (queue.shape[1] % count != 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"A step brings {count} keys, which do not divide the queue of {queue.shape[1]}; "
                + "set \"queueLength\" in \"objective\" to a multiple of \"training.batchSize\".");
        }
    }

    /// <summary>Overwrites the oldest columns. No position is read back, so that nothing waits for the device.</summary>
    /// <param name="queue">[D, K]; changed.</param>
    /// <param name="pointer">int64 [1]; changed.</param>
    /// <param name="keys">[N, D], rows of length 1; N divides K.</param>
    /// <exception cref="ExperimentException">N does not divide K.</exception>
    public static void Enqueue(Tensor queue, Tensor pointer, Tensor keys)
    {
        var (count, length) = (keys.shape[0], queue.shape[1]);
        EnsureFits(queue, count);
        var columns = (pointer + arange(count, int64, keys.device)).remainder(length);
        queue.index_copy_(1, columns, keys.t());
        pointer.add_(count).remainder_(length);
    }
}
