using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// Soft assignments of images to prototypes in which every prototype gets the same share of all images, by the algorithm of Sinkhorn and
/// Knopp. Cuturi 2013, https://arxiv.org/abs/1306.0895; used so by Caron et al. 2020, https://arxiv.org/abs/2006.09882
/// </summary>
public static class Sinkhorn
{
    private const double Smallest = 1e-37; // a prototype that no image comes near gets nothing, instead of 0 / 0

    /// <summary>Computes the assignments of this process's images, with the images of all processes in the sums.</summary>
    /// <param name="scores">S, how well an image fits a prototype, [n, K]; n may differ between processes, and be 0 in some.</param>
    /// <param name="epsilon">ε, above 0: the smaller, the closer an assignment is to one prototype.</param>
    /// <param name="iterations">Times that the shares of the prototypes, and then those of the images, are made equal; at least 1.</param>
    /// <param name="replicas">The processes; one alone if every process has all images.</param>
    /// <returns>float32 [n, K] without gradient, or float64 for such scores; every row adds up to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> or <paramref name="iterations"/> is too small.</exception>
    public static Tensor Assign(Tensor scores, double epsilon, int iterations, IReplicas replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(scores.device_type);
        var s = scores.detach().AtLeastFloat32();

        // A factor of all numbers falls out of the first division, so that the largest can be 1 and none overflows.
        var own = s.shape[0] > 0 ? s.max().reshape(1) : full([1], double.NegativeInfinity, dtype: s.dtype, device: s.device);
        var largest = replicas.Gather(own).max();
        var q = s.sub(largest).div(epsilon).exp(); // [n, K]
        for (var i = 0; i < iterations; i++)
        {
            // The authors divide by K and by the number of images too, and multiply in the end: that changes nothing here.
            q = q / replicas.Sum(q.sum([0])).clamp_min(Smallest); // [K], over the images of all processes
            q = q / q.sum(1, keepdim: true).clamp_min(Smallest); // [n, 1]
        }

        return q.MoveToOuterDisposeScope();
    }
}
