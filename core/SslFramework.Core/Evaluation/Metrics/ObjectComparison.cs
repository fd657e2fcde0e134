using SslFramework.Core.Data.Masks;

namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>Compares the detections of a class in an image with its objects, and adds what came out to a table by COCO's sizes.</summary>
/// <param name="kind">What is compared.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="sigmas">For keypoints.</param>
internal sealed class ObjectComparison(OverlapKind kind, int classes, IReadOnlyList<double> sigmas)
{
    private const double Limitless = 1e10;
    private static readonly (double Least, double Most)[] Ranges = [(0, Limitless), (0, 32 * 32), (32 * 32, 96 * 96), (96 * 96, Limitless)];

    private readonly MatchTable table = new(classes, Ranges.Length);

    /// <summary>Number of classes.</summary>
    public int Classes => classes;

    /// <summary>Adds an image's detections and objects of a class.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="truth">The objects.</param>
    /// <param name="detections">In descending order of their scores.</param>
    /// <param name="forgivesUnmatched">Whether not all objects are labeled.</param>
    public void Add(int ofClass, AnnotatedObject[] truth, DetectedObject[] detections, bool forgivesUnmatched = false)
    {
        var overlaps = new double[detections.Length, truth.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            for (var t = 0; t < truth.Length; t++)
            {
                overlaps[d, t] = Overlap(detections[d], truth[t]);
            }
        }

        var matching = new ObjectMatching(
            Array.ConvertAll(detections, detection => detection.Score),
            Array.ConvertAll(detections, detection => ObjectOverlap.AreaOf(detection, kind)),
            Array.ConvertAll(truth, one => new ObjectMatching.Truth(
                ObjectOverlap.AreaOf(one),
                one.Crowd,
                one.Crowd || (kind == OverlapKind.Keypoints && !one.Keypoints.Any(ObjectOverlap.IsLabeled)))),
            overlaps,
            forgivesUnmatched);
        foreach (var (scale, (least, most)) in Ranges.Index())
        {
            table.Add(ofClass, scale, matching.ToFind(least, most), matching.Match(least, most));
        }
    }

    /// <summary>The precisions of a class at COCO's recalls; null without an object.</summary>
    public double[]? Curve(int ofClass, int threshold, ObjectScale scale, int most) =>
        table.Positives(ofClass, (int)scale) is > 0 and var positives
            ? AveragePrecision.CocoCurve(table.Hits(ofClass, (int)scale, threshold, most), positives)
            : null;

    /// <summary>Mean precision over recalls, over thresholds and over classes that have objects; NaN if there is none.</summary>
    public double Precision(IEnumerable<int> ofClasses, IEnumerable<int> thresholds, ObjectScale scale, int most) =>
        Mean(
            from one in ofClasses
            from threshold in thresholds
            let curve = Curve(one, threshold, scale, most)
            where curve is not null
            select curve.Average());

    /// <summary>Mean share of objects that are found, over thresholds and over classes that have objects; NaN if there is none.</summary>
    public double Recall(IEnumerable<int> ofClasses, IEnumerable<int> thresholds, ObjectScale scale, int most) =>
        Mean(
            from one in ofClasses
            let positives = table.Positives(one, (int)scale)
            where positives > 0
            from threshold in thresholds
            select (double)table.Hits(one, (int)scale, threshold, most).Count(hit => hit) / positives);

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private double Overlap(DetectedObject detection, AnnotatedObject truth) => kind switch
    {
        OverlapKind.Masks => MaskCoding.Overlap(ObjectOverlap.MaskOf(detection), ObjectOverlap.MaskOf(truth), truth.Crowd),
        OverlapKind.Keypoints => ObjectOverlap.OfKeypoints(detection.Keypoints, truth, sigmas),
        _ => ObjectOverlap.Of(detection.Box, truth.Box, truth.Crowd),
    };
}
