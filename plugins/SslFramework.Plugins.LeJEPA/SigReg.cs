namespace SslFramework.Plugins.LeJEPA;

/// <summary>
/// Sketched isotropic Gaussian regularization: embeddings shall be distributed as a standard normal vector is, seen along random
/// directions. Section 4 of Balestriero and LeCun 2025, https://arxiv.org/abs/2511.08544
/// </summary>
public static class SigReg
{
    private const double LastKnot = 3;

    /// <summary>
    /// The test statistic of Epps and Pulley: along a direction, N times the weighted square of the distance between the characteristic
    /// function of N numbers, the mean of exp(itx), and that of a standard normal one, exp(−t²/2).
    /// </summary>
    /// <param name="embeddings">float32 [V, n, K], n images in V views, each of which is a sample of its own.</param>
    /// <param name="directions">[K, M], columns of any length but 0; the same in every process.</param>
    /// <param name="knots">T, the number of points t from 0 to 3.</param>
    /// <param name="replicas">The processes that train together, n images each.</param>
    /// <returns>The mean over views and directions, the same in every process. It needs V·n·M·T numbers of memory.</returns>
    public static Tensor Statistic(Tensor embeddings, Tensor directions, int knots, IReplicas replicas)
    {
        using var float32Only = Autocast.Pause(embeddings.device_type);
        var (views, images) = (embeddings.shape[0], embeddings.shape[1]);
        var all = images * replicas.Count; // N
        var (t, gaussian, weights) = Knots(knots, embeddings); // [T] each

        var units = directions / directions.norm(0); // [K, M]
        var x = embeddings.flatten(0, 1).mm(units).view(views, images, -1, 1); // [V, n, M, 1]
        var angles = x * t; // [V, n, M, T]
        var means = replicas.Sum(stack([angles.cos().sum([1]), angles.sin().sum([1])])) / all; // [2, V, M, T], over all N images
        var distances = (means[0] - gaussian).square() + means[1].square(); // [V, M, T]
        return all * (distances * weights).sum([2]).mean();
    }

    /// <summary>The trapezoid rule from −3 to 3, of which the half above 0 is computed: both halves are equal.</summary>
    private static (Tensor Points, Tensor Gaussian, Tensor Weights) Knots(int count, Tensor like)
    {
        var distance = LastKnot / (count - 1);
        var t = Enumerable.Range(0, count).Select(k => k * distance).ToArray();
        var gaussian = t.Select(t => Math.Exp(-t * t / 2)).ToArray();
        var weights = gaussian.Select((g, k) => g * distance * (k == 0 || k == count - 1 ? 1 : 2)).ToArray();
        return (Row(t), Row(gaussian), Row(weights));

        Tensor Row(double[] values) => tensor(values, device: like.device, dtype: like.dtype);
    }
}
