using SslFramework.Core.Augmentations.Batched;

namespace SslFramework.Core.Objectives;

/// <summary>
/// Colors of any lightness in 313 classes: the points of a grid over a and b of CIE L*a*b* that are corners of a cell in which a screen has
/// a color. Zhang et al. 2016, https://arxiv.org/abs/1603.08511, section 2.1
/// </summary>
public static class ColorBins
{
    /// <summary>The number of classes.</summary>
    public const int Count = 313;

    private const int Neighbors = 10; // the authors' code; the paper says 5
    private const int Spacing = 10;
    private const int Reach = 12; // cells from the middle that are looked at
    private const int EdgeSteps = 256;
    private const double Deviation = 5;
    private const double Temperature = 0.38; // section 2.3
    private const double TieBreak = 1e-5; // of squared distances: of bins that are equally near, the first counts

    private static readonly Lazy<double[]> LazyCenters = new(() =>
    {
        var hull = Hull();
        var corners = from a in Enumerable.Range(-Reach, 2 * Reach)
                      from b in Enumerable.Range(-Reach, 2 * Reach)
                      where Meets(hull, a, b)
                      from corner in new (int A, int B)[] { (a, b), (a, b + 1), (a + 1, b), (a + 1, b + 1) }
                      select corner;
        return [.. corners.Distinct().Order().SelectMany(corner => new double[] { Spacing * corner.A, Spacing * corner.B })];
    });

    /// <summary>The color of each class.</summary>
    /// <returns>[313, 2]: a and b, in ascending order of a, then of b.</returns>
    public static Tensor Centers(ScalarType type, Device device) => tensor(LazyCenters.Value, type, device).view(Count, 2);

    /// <summary>The colors at every few pixels of images, from the first on: picked, not averaged.</summary>
    /// <param name="lab">L, a and b, [N, 3, H, W].</param>
    /// <param name="stride">Pixels from one to the next.</param>
    /// <returns>[N, h, w, 3].</returns>
    public static Tensor Pick(Tensor lab, int stride)
    {
        var every = TensorIndex.Slice(step: stride);
        return lab[TensorIndex.Ellipsis, every, every].permute(0, 2, 3, 1);
    }

    /// <summary>The class of each color.</summary>
    /// <param name="ab">a and b, [M, 2].</param>
    /// <returns>int64 [M].</returns>
    public static Tensor Nearest(Tensor ab)
    {
        using var scope = NewDisposeScope();
        return Distances(ab).Ordered.argmin(1).MoveToOuterDisposeScope();
    }

    /// <summary>Shares each color among the classes nearest to it, by a Gaussian of its distance from each.</summary>
    /// <param name="ab">a and b, [M, 2].</param>
    /// <returns>The classes, int64 [M, 10], the nearest first, and the share of each, [M, 10].</returns>
    public static (Tensor Bins, Tensor Shares) Soften(Tensor ab)
    {
        using var scope = NewDisposeScope();
        var (squares, ordered) = Distances(ab);
        var (_, bins) = ordered.topk(Neighbors, 1, largest: false, sorted: true);
        var shares = (squares.gather(1, bins) / (-2 * Deviation * Deviation)).softmax(1);
        return (bins.MoveToOuterDisposeScope(), shares.MoveToOuterDisposeScope());
    }

    /// <summary>One color of a distribution: between its mean, which is dull, and its mode, which is patchy.</summary>
    /// <param name="logits">[N, 313, h, w].</param>
    /// <returns>a and b, [N, 2, h, w].</returns>
    public static Tensor AnnealedMean(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return einsum("nkhw,kc->nchw", (logits / Temperature).softmax(1), Centers(logits.dtype, logits.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Squared distances of colors from all classes, [M, 313], and the same without ties.</summary>
    private static (Tensor Squares, Tensor Ordered) Distances(Tensor ab)
    {
        var centers = Centers(ab.dtype, ab.device).t(); // [2, 313]
        var squares = (ab.narrow(1, 0, 1) - centers[0]).square() + (ab.narrow(1, 1, 1) - centers[1]).square();
        return (squares, squares + (arange(Count, ab.dtype, ab.device) * TieBreak));
    }

    /// <summary>The convex hull of all colors of a screen, whose outermost lie on six edges of the cube of red, green and blue.</summary>
    private static List<(double A, double B)> Hull()
    {
        using var scope = NewDisposeScope();
        double[] edges = [1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1]; // red, yellow, green, cyan, blue, magenta
        var corners = tensor(edges, float64, CPU).view(6, 1, 3);
        var steps = arange(EdgeSteps, float64, CPU).view(1, -1, 1) / EdgeSteps;
        var colors = (corners + ((corners.roll(-1, 0) - corners) * steps)).view(1, -1, 1, 3).permute(0, 3, 1, 2); // [1, 3, edges, 1]
        var lab = Lab.FromRgb(colors);
        var points = lab[0, 1].flatten().data<double>().Zip(lab[0, 2].flatten().data<double>()).Order().ToArray();

        List<(double A, double B)> hull = []; // counterclockwise, the lower half first
        foreach (var half in new[] { points, [.. points.Reverse()] })
        {
            var start = hull.Count;
            foreach (var point in half)
            {
                while (hull.Count >= start + 2 && Turn(hull[^2], hull[^1], point) <= 0)
                {
                    hull.RemoveAt(hull.Count - 1);
                }

                hull.Add(point);
            }

            hull.RemoveAt(hull.Count - 1); // the other half begins with it
        }

        return hull;
    }

    /// <summary>Whether a cell meets the hull: no line along an edge of either lies between them.</summary>
    private static bool Meets(List<(double A, double B)> hull, int a, int b)
    {
        var (left, right, low, high) = (Spacing * a, Spacing * (a + 1), Spacing * b, Spacing * (b + 1));
        (double A, double B)[] corners = [(left, low), (left, high), (right, low), (right, high)];
        return hull.Max(p => p.A) >= left && hull.Min(p => p.A) <= right
            && hull.Max(p => p.B) >= low && hull.Min(p => p.B) <= high
            && hull.Zip(hull.Skip(1).Append(hull[0])).All(edge => corners.Any(corner => Turn(edge.First, edge.Second, corner) >= 0));
    }

    /// <summary>Above 0 if the way from p over q to r turns left.</summary>
    private static double Turn((double A, double B) p, (double A, double B) q, (double A, double B) r) =>
        ((q.A - p.A) * (r.B - p.B)) - ((q.B - p.B) * (r.A - p.A));
}
