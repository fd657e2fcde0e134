namespace SslFramework.Core.Objectives;

/// <summary>
/// Shuffling BN, section 3.3 of MoCo (https://arxiv.org/abs/1911.05722): an image's key is encoded among other images than its query, so
/// that batch statistics cannot reveal which images belong together.
/// </summary>
/// <remarks>
/// It needs batch norm over parts of the batch: a backbone with <c>splitBatchNorm</c>. Ordinary batch norm takes its statistics from
/// the images of all processes; every order then gives the same, and shuffling changes nothing.
/// </remarks>
public static class ShuffledKeys
{
    /// <summary>Warnings if the backbone makes shuffling useless.</summary>
    public static IReadOnlyList<string> WarningsFor(IBackbone backbone) =>
        !backbone.Module.modules().Any(module => module is TorchSharp.Modules.BatchNorm) ? [] :
        [
            "The backbone's batch norm takes its statistics from all images together, "
            + "so that a query can be told its key by them, and shuffling the keys changes nothing; "
            + "set \"normalization\": { \"kind\": \"splitBatchNorm\", \"splits\": 8 } in \"backbone\".",
        ];

    /// <summary>Encodes this process's part of all images in a random order, and returns the keys of all to their places.</summary>
    /// <param name="images">This process's key views, [n, C, H, W].</param>
    /// <param name="encode">[n, C, H, W] → [n, D].</param>
    /// <param name="step">The step; its permutation is the same in every process.</param>
    /// <returns>The keys of all processes, [N, D].</returns>
    public static Tensor Encode(Tensor images, Func<Tensor, Tensor> encode, StepContext step)
    {
        var (n, replicas) = (images.shape[0], step.Replicas);
        var order = tensor(step.Random.Permutation((int)n * replicas.Count), device: images.device); // [N]
        var mine = replicas.Gather(images).index_select(0, order.narrow(0, n * replicas.Rank, n));
        return replicas.Gather(encode(mine)).index_select(0, order.argsort());
    }
}
