namespace SslFramework.Core.Objectives;

/// <summary>Which patches of each image are removed: drawn uniformly, without replacement.</summary>
/// <param name="Visible">int64 [N, K], the patches that stay, in the order in which the encoder gets them.</param>
/// <param name="Restore">int64 [N, L], the position of each patch in the row "visible ones, then removed ones".</param>
/// <param name="Removed">bool [N, L], whether a patch is removed.</param>
public sealed record PatchMask(Tensor Visible, Tensor Restore, Tensor Removed)
{
    /// <summary>Keeps the patches with the smallest <paramref name="keep"/> values in each row of noise [N, L].</summary>
    public static PatchMask Draw(Tensor noise, int keep)
    {
        var shuffle = noise.sort(1, stable: true).Indices; // stable: every device breaks ties alike
        var restore = shuffle.argsort(1);
        return new PatchMask(shuffle.narrow(1, 0, keep), restore, restore.ge(keep));
    }

    /// <summary>Takes the tokens at the given places: [N, L, D] and [N, K] → [N, K, D].</summary>
    public static Tensor Take(Tensor tokens, Tensor places) => tokens.gather(1, places.unsqueeze(2).expand(-1, -1, tokens.shape[2]));
}
