namespace SslFramework.Core.Diagnostics;

/// <summary>Numbers that tell collapsed embeddings from spread ones. Tensors in, scalar tensor out, without gradient.</summary>
public static class Embedding
{
    /// <summary>
    /// Standard deviation over the rows, of rows of length 1, mean over dimensions, times √D: 1 when the rows point
    /// everywhere, 0 when all are the same (SimSiam, https://arxiv.org/abs/2011.10566).
    /// </summary>
    /// <param name="embeddings">[N, D].</param>
    /// <returns>float32 scalar.</returns>
    public static Tensor Deviation(Tensor embeddings)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = nn.functional.normalize(embeddings.to(float32), dim: 1);
        return rows.std(0, unbiased: false).mean().mul(Math.Sqrt(embeddings.shape[1])).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Dimensions that the rows really use: e to the entropy of the singular values (RankMe, https://arxiv.org/abs/2210.02885).
    /// </summary>
    /// <param name="embeddings">[N, D]; costs min(N, D)²·max(N, D).</param>
    /// <returns>float32 scalar, 1 to min(N, D).</returns>
    public static Tensor EffectiveRank(Tensor embeddings)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var values = linalg.svdvals(embeddings.to(float32));
        var shares = values.div(values.sum()).add(1e-7); // as in the paper: keeps log 0 away
        return shares.mul(shares.log()).sum().neg().exp().MoveToOuterDisposeScope();
    }
}
