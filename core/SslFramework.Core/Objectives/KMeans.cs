using SslFramework.Core.Tensors;

namespace SslFramework.Core.Objectives;

/// <summary>
/// Clusters of rows around their means, by Lloyd's algorithm: the same rows and start give the same clusters on every machine of a kind.
/// Lloyd 1982, https://doi.org/10.1109/TIT.1982.1056489
/// </summary>
/// <param name="Clusters">k, the number of clusters.</param>
public sealed record KMeans(int Clusters)
{
    private const int ChunkRows = 1 << 14;
    private const double Split = 1e-4; // how far the halves of a cluster lie apart at first, of the rows' root mean square

    /// <summary>Times that the centers are moved.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>Whether only directions count: rows and centers are scaled to length 1.</summary>
    public bool Spherical { get; init; }

    /// <summary>Most rows to find the centers with, evenly spaced ones; null takes all. Every row gets a label.</summary>
    public int? MostRows { get; init; }

    /// <summary>The nearest center of each row; of equally near ones, the first.</summary>
    /// <param name="rows">[n, D].</param>
    /// <param name="centers">[k, D].</param>
    /// <returns>int64 [n].</returns>
    public static Tensor Nearest(Tensor rows, Tensor centers)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var float32Only = Autocast.Pause(rows.device_type);
        var (across, half) = (centers.t(), centers.square().sum(1) / 2); // ‖x − c‖² is smallest if x·c − ½‖c‖² is largest
        return cat([.. rows.split(ChunkRows, 0).Select(chunk => (chunk.mm(across) - half).argmax(1))]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Clusters rows, beginning with rows drawn by k-means++: each with a chance that grows with its squared distance to those drawn
    /// before. Arthur and Vassilvitskii 2007, https://dl.acm.org/doi/10.5555/1283383.1283494
    /// </summary>
    /// <param name="rows">[n, D], n at least k. No gradient.</param>
    /// <param name="random">The randomness of the start.</param>
    /// <exception cref="ExperimentException">There are fewer rows than clusters.</exception>
    public Clustering Fit(Tensor rows, SampleRandom random)
    {
        using var scope = NewDisposeScope();
        var sample = Sample(Prepared(rows));
        return Fit(rows, Start(sample, random)).MoveToOuterDisposeScope();
    }

    /// <summary>Clusters rows, beginning with given centers.</summary>
    /// <param name="rows">[n, D], n at least k. No gradient.</param>
    /// <param name="start">[k, D].</param>
    /// <exception cref="ExperimentException">There are fewer rows than clusters.</exception>
    public Clustering Fit(Tensor rows, Tensor start)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var all = Prepared(rows);
        var (sample, centers, errors) = (Sample(all), Prepared(start), new double[Iterations]);
        for (var i = 0; i < Iterations; i++)
        {
            using var iteration = NewDisposeScope();
            var labels = Nearest(sample, centers);
            errors[i] = Error(sample, centers, labels);
            centers = Moved(sample, labels, centers, i).MoveToOuterDisposeScope();
        }

        return new Clustering(centers, Nearest(all, centers), errors).MoveToOuterDisposeScope();
    }

    private Tensor Prepared(Tensor rows)
    {
        var values = rows.detach().AtLeastFloat32();
        return Spherical ? values.UnitRows() : values;
    }

    private Tensor Sample(Tensor rows)
    {
        var count = rows.shape[0];
        if (count < Clusters)
        {
            throw new ExperimentException(
                FailureKind.Config, $"There are {count} images to cluster, fewer than {Clusters} clusters; lower the number of clusters.");
        }

        var most = Math.Max(MostRows ?? count, Clusters);
        return most >= count ? rows : rows.index_select(0, (arange(most, int64, rows.device) * count).div(most, RoundingMode.floor));
    }

    private Tensor Start(Tensor rows, SampleRandom random)
    {
        using var scope = NewDisposeScope();
        var chosen = new long[Clusters];
        chosen[0] = random.Next((int)rows.shape[0]);
        var distances = full(rows.shape[0], double.PositiveInfinity, float64, CPU);
        for (var k = 1; k < Clusters; k++)
        {
            using var one = NewDisposeScope();
            var last = (rows - rows[chosen[k - 1]]).square().sum(1).to(float64).cpu();
            distances.copy_(minimum(distances, last));
            var sums = distances.cumsum(0); // on the CPU, whose order of summing is always the same
            var below = sums.le(sums[-1] * random.NextDouble()).sum().ToInt64();
            chosen[k] = Math.Min(below, rows.shape[0] - 1);
        }

        return rows.index_select(0, tensor(chosen, device: rows.device)).MoveToOuterDisposeScope();
    }

    /// <summary>The means of all clusters. An empty one takes half of the largest: the center of that one, a little beside.</summary>
    private Tensor Moved(Tensor rows, Tensor labels, Tensor before, int iteration)
    {
        using var scope = NewDisposeScope();
        var (sums, counts) = Sums(rows, labels);
        var centers = (sums / counts.clamp_min(1).unsqueeze(1)).to(rows.dtype); // [k, D], on the CPU
        var size = counts.data<double>().ToArray();
        var step = Split * rows.square().mean().sqrt().ToDouble();
        for (var k = 0; k < Clusters; k++)
        {
            if (size[k] == 0)
            {
                var largest = Array.IndexOf(size, size.Max());
                var random = new SampleRandom(0, (ulong)iteration, (ulong)k, 0);
                double[] shift = [.. Enumerable.Range(0, (int)rows.shape[1]).Select(_ => random.NextBool(0.5) ? step : -step)];
                var apart = tensor(shift, rows.dtype, CPU);
                centers[k].copy_(centers[largest] + apart);
                centers[largest].sub_(apart);
                size[k] = size[largest] /= 2;
            }
        }

        return (Spherical ? centers.UnitRows() : centers).to(before.device).MoveToOuterDisposeScope();
    }

    /// <summary>Sums and counts per cluster in float64 on the CPU, whose order of summing is always the same.</summary>
    private (Tensor Sums, Tensor Counts) Sums(Tensor rows, Tensor labels)
    {
        var (sums, counts) = (zeros(Clusters, rows.shape[1], float64, CPU), zeros(Clusters, float64, CPU));
        var all = labels.cpu();
        for (var from = 0L; from < rows.shape[0]; from += ChunkRows)
        {
            using var chunk = NewDisposeScope();
            var length = Math.Min(ChunkRows, rows.shape[0] - from);
            var (values, places) = (rows.narrow(0, from, length).cpu().to(float64), all.narrow(0, from, length));
            sums.index_add_(0, places, values, 1);
            counts.index_add_(0, places, ones(length, float64, CPU), 1);
        }

        return (sums, counts);
    }

    private static double Error(Tensor rows, Tensor centers, Tensor labels)
    {
        var error = 0.0;
        for (var from = 0L; from < rows.shape[0]; from += ChunkRows)
        {
            using var chunk = NewDisposeScope();
            var length = Math.Min(ChunkRows, rows.shape[0] - from);
            var own = centers.index_select(0, labels.narrow(0, from, length));
            error += (rows.narrow(0, from, length) - own).square().sum(ScalarType.Float64).ToDouble();
        }

        return error;
    }
}
