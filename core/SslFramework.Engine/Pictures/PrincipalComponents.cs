namespace SslFramework.Engine.Pictures;

/// <summary>The directions in which rows differ most.</summary>
internal static class PrincipalComponents
{
    /// <summary>Coordinates of the rows along their main directions. The same rows give the same signs.</summary>
    /// <param name="rows">[N, D]; costs the cube of the smaller one.</param>
    /// <param name="count">How many directions; fewer come back where there are fewer.</param>
    /// <returns>float32 [N, count] on the CPU.</returns>
    public static Tensor Of(Tensor rows, int count)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var values = rows.to(float32).cpu();
        var centred = values - values.mean([0]); // [N, D]
        var (u, s, _) = linalg.svd(centred, fullMatrices: false);
        var kept = Math.Min(count, s.shape[0]);
        var coordinates = u.narrow(1, 0, kept) * s.narrow(0, 0, kept); // [N, count]

        // A direction and its opposite are as good: the farthest row is on the positive side.
        var farthest = coordinates.gather(0, coordinates.abs().argmax(0, keepdim: true)); // [1, count]
        return (coordinates * where(farthest.lt(0), -ones_like(farthest), ones_like(farthest))).MoveToOuterDisposeScope();
    }
}
