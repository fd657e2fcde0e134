using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// An embedding of every image of a data set, as a buffer [images, D] of the objective that owns it: negatives without another forward.
/// Wu et al. 2018, https://arxiv.org/abs/1805.01978
/// </summary>
/// <remarks>A bank is too large to be restored when a step is skipped: refresh it in <see cref="IPretextObjective.AfterUpdate"/>.</remarks>
public static class MemoryBank
{
    /// <summary>
    /// Makes a bank of random rows of length 1, even over all directions. The authors' numbers are even over a cube and about as long.
    /// </summary>
    public static Tensor Create(int images, int dimension) => randn(images, dimension).UnitRows().DetachFromDisposeScope();

    /// <summary>
    /// Chooses the rows that each image is compared with: its own, then K that are drawn evenly and with replacement. Its own may be drawn
    /// again, as in the authors' code.
    /// </summary>
    /// <param name="bank">[images, D].</param>
    /// <param name="batch">Names the images.</param>
    /// <param name="negatives">K, at least 1.</param>
    /// <param name="random">The step's randomness.</param>
    /// <param name="stream">Another stream gives independent draws in the same step.</param>
    /// <returns>int64 [n, 1 + K].</returns>
    public static Tensor Draw(Tensor bank, ViewBatch batch, int negatives, StepRandom random, int stream = 0)
    {
        using var scope = NewDisposeScope();
        var own = tensor(batch.Indices.ToArray(), device: batch.Device).unsqueeze(1); // [n, 1]
        var drawn = random.Integers(batch, negatives, (int)bank.shape[0], stream); // [n, K]
        return cat([own, drawn], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Compares each query with its own choice of rows, with gradient for the queries.</summary>
    /// <param name="bank">[images, D].</param>
    /// <param name="queries">[n, D].</param>
    /// <param name="rows">From <see cref="Draw"/>, int64 [n, M].</param>
    /// <returns>[n, M].</returns>
    public static Tensor Scores(Tensor bank, Tensor queries, Tensor rows)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(queries.device_type);
        var entries = bank.index_select(0, rows.flatten()).view(rows.shape[0], rows.shape[1], -1); // [n, M, D]
        return entries.bmm(queries.unsqueeze(2)).squeeze(2).MoveToOuterDisposeScope();
    }

    /// <summary>Mixes embeddings into the rows of their images: row ← m·row + (1 − m)·embedding, scaled to length 1.</summary>
    /// <param name="bank">[images, D]; changed.</param>
    /// <param name="images">The images of all processes, int64 [N].</param>
    /// <param name="embeddings">[N, D], rows of length 1.</param>
    /// <param name="momentum">m, the share of a row that stays, 0 to 1.</param>
    public static void Refresh(Tensor bank, Tensor images, Tensor embeddings, double momentum)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var mixed = (bank.index_select(0, images) * momentum) + (embeddings * (1 - momentum));
        bank.index_copy_(0, images, mixed.UnitRows());
    }
}
