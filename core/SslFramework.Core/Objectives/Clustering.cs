namespace SslFramework.Core.Objectives;

/// <summary>What <see cref="KMeans"/> found.</summary>
/// <param name="Centers">[k, D], on the rows' device.</param>
/// <param name="Labels">The cluster of each row, int64 [n].</param>
/// <param name="Errors">The sum of squared distances to the nearest center, before each move of the centers.</param>
public sealed record Clustering(Tensor Centers, Tensor Labels, IReadOnlyList<double> Errors)
{
    /// <summary>Moves both tensors to the outer dispose scope.</summary>
    public Clustering MoveToOuterDisposeScope() =>
        this with { Centers = Centers.MoveToOuterDisposeScope(), Labels = Labels.MoveToOuterDisposeScope() };
}
