using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>How well scores put the images that show a class before the others.</summary>
internal static class SetScores
{
    /// <summary>
    /// The mean over classes of the average precision (<c>mAP</c>, in percent), with an interval from drawing the images anew, and that of
    /// each class as a detail. A class that no image shows is left out of the mean.
    /// </summary>
    /// <param name="scores">[N, C].</param>
    /// <param name="sides">Of <see cref="ClassSets.Sides"/>, [N, C].</param>
    /// <param name="names">The classes.</param>
    /// <param name="precision">Area or eleven points: takes the ranked answers and the number of hits there can be.</param>
    public static IEnumerable<Measurement> Measure(
        Tensor scores, Tensor sides, IReadOnlyList<string> names, Func<IReadOnlyList<bool>, int, double> precision)
    {
        var (all, truth) = (Columns(scores), Columns(sides));
        var ranked = all.Zip(truth, Ranked).ToArray();
        var count = (int)scores.shape[0];
        var times = new int[count];
        double[] perClass = [.. ranked.Zip(truth, (order, sides) => Precision(order, sides, null))];
        var mean = Mean(perClass);
        yield return new("mAP", mean, double.IsFinite(mean) ? Confidence.OfDraws(mean, count, Drawn) : null)
        {
            Remark = double.IsFinite(mean) ? null : "No test image shows any class that counts, so that there is nothing to find.",
        };
        foreach (var (name, value) in names.Zip(perClass))
        {
            yield return new($"AP of {name}", value) { Kind = MeasurementKind.Detail };
        }

        double Drawn(int[] images)
        {
            Array.Clear(times);
            Array.ForEach(images, image => times[image]++);
            return Mean(ranked.Zip(truth, (order, sides) => Precision(order, sides, times)));
        }

        double Precision(int[] order, double[] sides, int[]? times)
        {
            var hits = new List<bool>(order.Length);
            foreach (var image in order)
            {
                for (var again = times?[image] ?? 1; again > 0; again--)
                {
                    hits.Add(sides[image] > 0);
                }
            }

            return 100 * precision(hits, hits.Count(hit => hit));
        }
    }

    /// <summary>The average precision of each column, from 0 to 1; NaN for a column without positives.</summary>
    public static double[] PerClass(Tensor scores, Tensor sides, Func<IReadOnlyList<bool>, int, double> precision) =>
        [.. Columns(scores).Zip(Columns(sides), (own, truth) =>
        {
            bool[] hits = [.. Ranked(own, truth).Select(image => truth[image] > 0)];
            return precision(hits, hits.Count(hit => hit));
        })];

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The images that count, those with the highest scores first.</summary>
    private static int[] Ranked(double[] scores, double[] sides) =>
        [.. Enumerable.Range(0, scores.Length).Where(image => sides[image] != 0).OrderByDescending(image => scores[image])];

    private static double[][] Columns(Tensor values)
    {
        using var scope = NewDisposeScope();
        var (flat, count) = (values.t().contiguous().to(float64).cpu().data<double>().ToArray(), (int)values.shape[0]);
        return [.. flat.Chunk(count)];
    }
}
