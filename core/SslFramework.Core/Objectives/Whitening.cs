using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// The principal components of rows, scaled to variance 1, as features are prepared for clustering. Caron et al. 2018,
/// https://arxiv.org/abs/1807.05520
/// </summary>
/// <param name="Mean">The mean row, float32 or float64 [D].</param>
/// <param name="Components">One component per column, divided by its deviation, [D, d].</param>
/// <param name="Variances">The variance along each component, the largest first, [d].</param>
public sealed record Whitening(Tensor Mean, Tensor Components, Tensor Variances)
{
    private const double SmallestVariance = 1e-9; // of the largest: a direction without any is not blown up

    /// <summary>Finds the components. No gradient.</summary>
    /// <param name="rows">[n, D], n at least 1.</param>
    /// <param name="dimensions">d, the components to keep, at most D.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is not from 1 to D.</exception>
    public static Whitening Of(Tensor rows, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, rows.shape[1]);
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(rows.device_type);
        var x = rows.detach().AtLeastFloat32();
        var mean = x.mean([0]); // [D]
        var centered = x - mean;
        var covariance = centered.t().mm(centered).to(float64) / x.shape[0]; // [D, D]
        var (values, vectors) = linalg.eigh(covariance); // the weakest first
        var variances = values.flip(0).narrow(0, 0, dimensions);
        var axes = vectors.flip(1).narrow(1, 0, dimensions); // [D, d]

        // The sign of an axis is free: its largest entry is made positive, so that every machine chooses alike.
        var largest = axes.gather(0, axes.abs().argmax(0, keepdim: true)); // [1, d]
        var scaled = axes * largest.sign() / maximum(variances, variances[0] * SmallestVariance).sqrt();
        return new Whitening(
            mean.MoveToOuterDisposeScope(), scaled.to(x.dtype).MoveToOuterDisposeScope(), variances.to(x.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>Whitens rows: over those that the components are of, the result has mean 0 and the unit matrix as covariance.</summary>
    /// <param name="rows">[m, D].</param>
    /// <returns>[m, d].</returns>
    public Tensor Apply(Tensor rows)
    {
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(rows.device_type);
        return (rows.to(Mean.dtype) - Mean).mm(Components).MoveToOuterDisposeScope();
    }
}
