namespace SslFramework.Core.Objectives;

/// <summary>
/// Shuffling BN, section 3.3 of MoCo (https://arxiv.org/abs/1911.05722): an image's key is encoded among other images than its query is, so that batch
/// statistics cannot tell which images belong together.
/// </summary>
/// <remarks>
/// It needs batch norm over parts of the batch: several processes, or a backbone with <c>splitBatchNorm</c>. With ordinary
/// batch norm in one process every order gives the same statistics, and it changes nothing.
/// </remarks>
public static class ShuffledKeys
{
    /// <summary>Encodes this process's part of all images in a random order, and puts the keys of all back in their places.</summary>
    /// <param name="images">This process's key views, [n, C, H, W].</param>
    /// <param name="encode">[n, C, H, W] → [n, D].</param>
    /// <param name="step">The permutation is the same in every process.</param>
    /// <returns>The keys of all processes, [N, D].</returns>
    public static Tensor Encode(Tensor images, Func<Tensor, Tensor> encode, StepContext step)
    {
        var (n, replicas) = (images.shape[0], step.Replicas);
        var order = tensor(step.Random.Permutation((int)n * replicas.Count), device: images.device); // [N]
        var mine = replicas.Gather(images).index_select(0, order.narrow(0, n * replicas.Rank, n));
        return replicas.Gather(encode(mine)).index_select(0, order.argsort());
    }
}
