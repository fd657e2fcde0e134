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
    private const double NoVariance = 1e-30; // of equal rows, which become zeros

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
        var (variances, axes) = x.shape[0] < x.shape[1] ? OfFew(centered, dimensions) : OfMany(centered, dimensions); // [d], [D, d]

        // The sign of an axis is free: its largest entry is made positive, so that every machine chooses alike.
        var largest = axes.gather(0, axes.abs().argmax(0, keepdim: true)); // [1, d]
        var scaled = axes * largest.sign() / Floored(variances).sqrt();
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

    private static (Tensor Variances, Tensor Axes) OfMany(Tensor centered, int dimensions)
    {
        var covariance = centered.t().mm(centered).to(float64) / centered.shape[0]; // [D, D]
        var (values, vectors) = linalg.eigh(covariance); // the weakest first
        return (values.flip(0).narrow(0, 0, dimensions), vectors.flip(1).narrow(1, 0, dimensions));
    }

    /// <summary>
    /// Of fewer rows than dimensions there are no more components than rows, and the products of rows give them for less. The rest is 0.
    /// </summary>
    private static (Tensor Variances, Tensor Axes) OfFew(Tensor centered, int dimensions)
    {
        var (n, rows) = (centered.shape[0], centered.to(float64));
        var (values, vectors) = linalg.eigh(rows.mm(rows.t()) / n); // [n], [n, n]
        var kept = Math.Min(n, dimensions);
        var variances = values.flip(0).narrow(0, 0, kept);
        var axes = rows.t().mm(vectors.flip(1).narrow(1, 0, kept)) / (n * Floored(variances)).sqrt(); // [D, kept]
        return (nn.functional.pad(variances, [0, dimensions - kept]), nn.functional.pad(axes, [0, dimensions - kept]));
    }

    private static Tensor Floored(Tensor variances) => maximum(variances, (variances[0] * SmallestVariance).clamp_min(NoVariance));
}
