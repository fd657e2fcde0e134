using SslFramework.Core.Data.Masks;

namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// Cityscapes' average precision of instances by their masks. Groups and objects of fewer than 100 pixels do not count, and neither does a
/// detection that mostly lies on them or on pixels without a class. Cordts et al. 2016, https://arxiv.org/abs/1604.01685
/// </summary>
/// <param name="classes">Number of classes.</param>
public sealed class CityscapesScore(int classes)
{
    private const int LeastPixels = 100;
    private const double Step = 0.55 - 0.5;

    // arange(0.5, 1, 0.05) of NumPy, which adds multiples of this difference: 0.6000000000000001, …
    private static readonly double[] Thresholds = [.. Enumerable.Range(0, 10).Select(i => 0.5 + (i * Step))];

    private readonly ClassRecord[,] records = Records(classes);

    /// <summary>Adds an image. Each object must have its mask; a group of objects is a crowd.</summary>
    /// <param name="truth">The objects.</param>
    /// <param name="nowhere">Pixels that count nowhere; null if there are none.</param>
    /// <param name="detections">With their masks; empty ones are left out.</param>
    public void Add(ImageObjects truth, RunLengthMask? nowhere, IEnumerable<DetectedObject> detections)
    {
        var (known, found) = (truth.Objects.ToLookup(one => one.Class), detections.ToLookup(one => one.Class));
        for (var one = 0; one < classes; one++)
        {
            Truth[] objects = [.. known[one].Select(Truth.Of)];
            Found[] sized = [.. found[one].Select(answer => Found.Of(answer, objects, nowhere)).Where(answer => answer.Pixels > 0)];
            for (var t = 0; t < Thresholds.Length; t++)
            {
                Add(records[one, t], objects, sized, Thresholds[t]);
            }
        }
    }

    /// <summary>Precision of a class at recalls of 0, 0.01, …, 1, to be drawn; null if there is no object of it.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="threshold">A number in <see cref="CocoScore.Thresholds"/>.</param>
    public IReadOnlyList<double>? Curve(int ofClass, int threshold) => records[ofClass, threshold].Curve();

    /// <summary>The numbers of all images so far.</summary>
    public CityscapesSummary Summarize()
    {
        var all = Enumerable.Range(0, classes);
        double[] perClass = [.. all.Select(one => Enumerable.Range(0, Thresholds.Length).Average(t => records[one, t].Precision()))];
        return new(Mean(perClass), Mean(all.Select(one => records[one, 0].Precision())), perClass);
    }

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static ClassRecord[,] Records(int classes)
    {
        var records = new ClassRecord[classes, Thresholds.Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[i / Thresholds.Length, i % Thresholds.Length] = new();
        }

        return records;
    }

    private static void Add(ClassRecord record, Truth[] objects, Found[] detections, double threshold)
    {
        for (var o = 0; o < objects.Length; o++)
        {
            if (objects[o].Ignored)
            {
                continue;
            }

            // The detection that is surest has found the object, and the others are wrong.
            var fitting = detections.Where(detection => detection.Overlap(o, objects) > threshold);
            double[] scores = [.. fitting.Select(detection => detection.Score).OrderDescending()];
            record.HasObjects = true;
            record.Missed += scores.Length == 0 ? 1 : 0;
            record.Answers.AddRange(scores.Select((score, rank) => (score, rank == 0)));
        }

        foreach (var detection in detections.Where(detection => !detection.Fits(objects, threshold)))
        {
            var ignored = detection.Nowhere;
            for (var o = 0; o < objects.Length; o++)
            {
                // A small group is both, and counts twice as in the official evaluation.
                ignored += ((objects[o].Crowd ? 1 : 0) + (objects[o].Small ? 1 : 0)) * detection.Intersections[o];
            }

            if ((double)ignored / detection.Pixels <= threshold)
            {
                record.Answers.Add((detection.Score, false));
            }
        }
    }

    private readonly record struct Truth(RunLengthMask Mask, long Pixels, bool Crowd)
    {
        public bool Small => Pixels < LeastPixels;

        public bool Ignored => Crowd || Small;

        public static Truth Of(AnnotatedObject one) => new(ObjectOverlap.MaskOf(one), ObjectOverlap.MaskOf(one).PixelCount(), one.Crowd);
    }

    private sealed record Found(double Score, long Pixels, long[] Intersections, long Nowhere)
    {
        public static Found Of(DetectedObject detection, Truth[] objects, RunLengthMask? nowhere)
        {
            var mask = ObjectOverlap.MaskOf(detection);
            return new(
                detection.Score,
                mask.PixelCount(),
                Array.ConvertAll(objects, one => MaskCoding.Intersection(mask, one.Mask)),
                nowhere is null ? 0 : MaskCoding.Intersection(mask, nowhere));
        }

        public bool Fits(Truth[] objects, double threshold) =>
            Enumerable.Range(0, objects.Length).Any(o => Overlap(o, objects) > threshold);

        public double Overlap(int o, Truth[] objects) => (double)Intersections[o] / (objects[o].Pixels + Pixels - Intersections[o]);
    }

    /// <summary>What is known of a class at one threshold.</summary>
    private sealed class ClassRecord
    {
        public List<(double Score, bool Hit)> Answers { get; } = [];

        public int Missed { get; set; }

        public bool HasObjects { get; set; }

        /// <summary>The highest precision at each of COCO's recalls; null without an object.</summary>
        public double[]? Curve() => HasObjects
            ? AveragePrecision.CocoCurve(
                [.. Answers.OrderByDescending(answer => answer.Score).Select(answer => answer.Hit)],
                Answers.Count(answer => answer.Hit) + Missed)
            : null;

        /// <summary>
        /// The sum of precisions at each score, times half the way between its neighbors' recalls. The curve begins with all answers and
        /// ends with none: recall 0 and precision 1.
        /// </summary>
        public double Precision()
        {
            if (!HasObjects)
            {
                return double.NaN;
            }

            var points = Answers.GroupBy(answer => answer.Score).OrderBy(group => group.Key).ToArray();
            var (hits, all) = (Answers.Count(answer => answer.Hit), Answers.Count);
            var toFind = hits + Missed;
            var (recall, precision) = (new List<double>(), new List<double>());
            foreach (var point in points)
            {
                recall.Add((double)hits / toFind);
                precision.Add((double)hits / all);
                (hits, all) = (hits - point.Count(answer => answer.Hit), all - point.Count());
            }

            recall.Add(0);
            precision.Add(1);
            return points.Length == 0 ? 0 : precision.Index().Sum(point =>
                point.Item * 0.5 * (recall[Math.Max(0, point.Index - 1)] - recall[Math.Min(points.Length, point.Index + 1)]));
        }
    }
}
