using System.Numerics;

namespace SslFramework.Engine.Pictures;

/// <summary>
/// t-SNE: a map on which neighbours stay neighbours. van der Maaten and Hinton 2008, https://jmlr.org/papers/v9/vandermaaten08a.html.
/// Exact, for up to about a thousand points, and without chance: it begins from the two principal components, as scikit-learn does.
/// </summary>
internal static class TSne
{
    private const int EarlySteps = 150;
    private const int Steps = 600;
    private const float Exaggeration = 12;
    private const double Perplexity = 30;

    /// <summary>Coordinates of each point.</summary>
    /// <param name="rows">N vectors of one length.</param>
    /// <param name="start">Their first places, N by 2.</param>
    public static (float[] X, float[] Y) Map(float[][] rows, float[][] start)
    {
        var n = rows.Length;
        var (x, y) = (Start(0), Start(1));
        if (n < 3)
        {
            return (x, y);
        }

        var similarity = Similarities(rows, Math.Min(Perplexity, (n - 1) / 3.0));
        var rate = Math.Max(n / Exaggeration / 4, 50f);
        var (dx, dy, gx, gy) = (new float[n], new float[n], Ones(n), Ones(n));
        var (ax, ay, rx, ry) = (new float[n], new float[n], new float[n], new float[n]);
        for (var step = 0; step < Steps; step++)
        {
            var total = 0.0;
            for (var i = 0; i < n; i++)
            {
                total += Forces(i, x, y, similarity[i], out ax[i], out ay[i], out rx[i], out ry[i]);
            }

            var (pull, push, momentum) = (step < EarlySteps ? Exaggeration : 1, (float)(1 / total), step < EarlySteps ? 0.5f : 0.8f);
            for (var i = 0; i < n; i++)
            {
                Move(ref x[i], ref dx[i], ref gx[i], 4 * ((pull * ax[i]) - (push * rx[i])), momentum, rate);
                Move(ref y[i], ref dy[i], ref gy[i], 4 * ((pull * ay[i]) - (push * ry[i])), momentum, rate);
            }
        }

        return (x, y);

        float[] Start(int axis)
        {
            var spread = Math.Sqrt(start.Average(p => (double)p[0] * p[0]));
            return [.. start.Select(p => (float)(p[axis] / Math.Max(spread, 1e-12) * 1e-4))];
        }
    }

    /// <summary>The sums over all other points of p·q·(i − j), of q²·(i − j), and of q, q = 1 / (1 + distance²).</summary>
    private static float Forces(int i, float[] x, float[] y, float[] p, out float ax, out float ay, out float rx, out float ry)
    {
        var (n, width) = (x.Length, Vector<float>.Count);
        var (xi, yi) = (new Vector<float>(x[i]), new Vector<float>(y[i]));
        Vector<float> sax = default, say = default, srx = default, sry = default, sq = default;
        var j = 0;
        for (; j <= n - width; j += width)
        {
            var (dx, dy) = (xi - new Vector<float>(x, j), yi - new Vector<float>(y, j));
            var q = Vector<float>.One / (Vector<float>.One + (dx * dx) + (dy * dy));
            var (pq, qq) = (q * new Vector<float>(p, j), q * q);
            (sax, say, srx, sry, sq) = (sax + (pq * dx), say + (pq * dy), srx + (qq * dx), sry + (qq * dy), sq + q);
        }

        (ax, ay, rx, ry) = (Vector.Sum(sax), Vector.Sum(say), Vector.Sum(srx), Vector.Sum(sry));
        var sum = Vector.Sum(sq);
        for (; j < n; j++)
        {
            var (dx, dy) = (x[i] - x[j], y[i] - y[j]);
            var q = 1 / (1 + (dx * dx) + (dy * dy));
            ax += p[j] * q * dx;
            ay += p[j] * q * dy;
            rx += q * q * dx;
            ry += q * q * dy;
            sum += q;
        }

        return sum - 1; // without itself
    }

    /// <summary>A step with momentum and the authors' gains.</summary>
    private static void Move(ref float place, ref float velocity, ref float gain, float slope, float momentum, float rate)
    {
        gain = Math.Max(0.01f, slope * velocity < 0 ? gain + 0.2f : gain * 0.8f);
        velocity = (momentum * velocity) - (rate * gain * slope);
        place += velocity;
    }

    /// <summary>Joint probabilities: of each point a Gaussian so wide that about <paramref name="perplexity"/> others are near.</summary>
    private static float[][] Similarities(float[][] rows, double perplexity)
    {
        var n = rows.Length;
        var conditional = new double[n][];
        for (var i = 0; i < n; i++)
        {
            var distances = rows.Select(row => SquaredDistance(rows[i], row)).ToArray();
            conditional[i] = Row(distances, i, Math.Log(perplexity));
        }

        var joint = new float[n][];
        for (var i = 0; i < n; i++)
        {
            joint[i] = new float[n];
            for (var j = 0; j < n; j++)
            {
                joint[i][j] = (float)Math.Max((conditional[i][j] + conditional[j][i]) / (2 * n), 1e-12);
            }

            joint[i][i] = 0;
        }

        return joint;
    }

    private static double[] Row(double[] squares, int self, double entropy)
    {
        var nearest = squares.Where((_, j) => j != self).Min();
        var row = new double[squares.Length];
        var (low, high, precision) = (0.0, double.PositiveInfinity, 1.0);
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var (sum, weighted) = (0.0, 0.0);
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = j == self ? 0 : Math.Exp(-precision * (squares[j] - nearest));
                sum += row[j];
                weighted += row[j] * (squares[j] - nearest);
            }

            var difference = Math.Log(sum) + (precision * weighted / sum) - entropy;
            for (var j = 0; j < row.Length; j++)
            {
                row[j] /= sum;
            }

            if (Math.Abs(difference) < 1e-5)
            {
                break;
            }

            (low, high) = difference > 0 ? (precision, high) : (low, precision);
            precision = double.IsInfinity(high) ? precision * 2 : (low + high) / 2;
        }

        return row;
    }

    private static double SquaredDistance(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }

    private static float[] Ones(int n)
    {
        var ones = new float[n];
        Array.Fill(ones, 1);
        return ones;
    }
}
