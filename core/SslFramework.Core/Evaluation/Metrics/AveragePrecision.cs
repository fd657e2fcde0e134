namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// Means of precision over recall, as three benchmarks define them. Each takes the answers in descending order of their scores, true for
/// a hit, and the number of things to find; without any it is NaN.
/// </summary>
public static class AveragePrecision
{
    private const double Epsilon = 1.0 / (1L << 52);
    private const int Points = 11;

    /// <summary>Number of recalls at which COCO reads the precision: 0, 0.01, …, 1.</summary>
    public const int Recalls = 101;

    // i · 0.01, as NumPy's linspace computes it. i / 100 is another double at ten places (35, 41, 47, 57, 69, 70, 82, 83, 94, 95): with it,
    // a recall of 7 / 20 would reach the 35th.
    private static readonly double[] CocoRecalls = [.. Enumerable.Range(0, Recalls).Select(i => i * 0.01)];

    // arange(0, 1.1, 0.1) of NumPy.
    private static readonly double[] ElevenRecalls = [.. Enumerable.Range(0, Points).Select(i => i * 0.1)];

    /// <summary>
    /// The mean of the highest precision at a recall of at least 0, 0.1, …, 1, as in PASCAL VOC 2007. Everingham et al. 2010,
    /// https://doi.org/10.1007/s11263-009-0275-4
    /// </summary>
    public static double ElevenPoint(IReadOnlyList<bool> hits, int positives)
    {
        var (recall, precision) = Curve(hits, positives, static (hit, all) => hit / Math.Max(all, Epsilon));
        var envelope = Envelope(precision);
        return positives == 0 ? double.NaN : ElevenRecalls.Sum(r => First(recall, r) is var i && i < hits.Count ? envelope[i] : 0) / Points;
    }

    /// <summary>
    /// The area under the curve after each precision was raised to the highest at a larger recall, as in PASCAL VOC from 2010 on.
    /// Everingham et al. 2015, https://doi.org/10.1007/s11263-014-0733-5
    /// </summary>
    public static double Area(IReadOnlyList<bool> hits, int positives)
    {
        var (recall, precision) = Curve(hits, positives, static (hit, all) => hit / Math.Max(all, Epsilon));
        var envelope = Envelope(precision);
        var (area, before) = (0.0, 0.0);
        for (var i = 0; i < hits.Count; i++)
        {
            area += (recall[i] - before) * envelope[i];
            before = recall[i];
        }

        return positives == 0 ? double.NaN : area;
    }

    /// <summary>The mean over <see cref="CocoCurve"/>. Lin et al. 2014, https://arxiv.org/abs/1405.0312</summary>
    public static double Coco(IReadOnlyList<bool> hits, int positives) =>
        positives == 0 ? double.NaN : CocoCurve(hits, positives).Sum() / Recalls;

    /// <summary>
    /// The highest precision at a recall of at least 0, 0.01, …, 1, as in COCO; 0 beyond the last recall that is reached.
    /// </summary>
    public static double[] CocoCurve(IReadOnlyList<bool> hits, int positives)
    {
        var (recall, precision) = Curve(hits, positives, static (hit, all) => hit / (all + Epsilon));
        var envelope = Envelope(precision);
        return Array.ConvertAll(CocoRecalls, r => First(recall, r) is var i && i < hits.Count ? envelope[i] : 0);
    }

    /// <summary>Puts answers in descending order of their scores; equal ones keep their order.</summary>
    /// <param name="scores">A score per answer.</param>
    /// <param name="relevant">Whether the answer is a hit.</param>
    public static bool[] Ranked(IReadOnlyList<double> scores, IReadOnlyList<bool> relevant) =>
        [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i]).Select(i => relevant[i])];

    private static (double[] Recall, double[] Precision) Curve(
        IReadOnlyList<bool> hits, int positives, Func<double, double, double> precisionOf)
    {
        var (recall, precision) = (new double[hits.Count], new double[hits.Count]);
        var found = 0;
        for (var i = 0; i < hits.Count; i++)
        {
            found += hits[i] ? 1 : 0;
            (recall[i], precision[i]) = ((double)found / positives, precisionOf(found, i + 1));
        }

        return (recall, precision);
    }

    private static double[] Envelope(double[] precision)
    {
        for (var i = precision.Length - 2; i >= 0; i--)
        {
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        }

        return precision;
    }

    /// <summary>The first place with at least some recall, or the number of places.</summary>
    private static int First(double[] recall, double least)
    {
        var (low, high) = (0, recall.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = recall[middle] < least ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
