namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// PASCAL VOC's average precision of boxes. A detection is compared with the object that it overlaps most; a second one of the same object
/// is wrong, and one of a difficult object does not count. Everingham et al. 2010, https://doi.org/10.1007/s11263-009-0275-4
/// </summary>
/// <remarks>
/// VOC's boxes count pixels from 1, and both corners belong to them. A source gives them with the left and upper edges one lower, and then
/// their overlaps are those of plain rectangles.
/// </remarks>
/// <param name="classes">Number of classes.</param>
/// <param name="elevenPoint">Whether the precision is read at eleven recalls, as in 2007; else it is the area, as in 2012.</param>
/// <param name="devkitRounding">
/// Whether scores are rounded to three decimals and corners to one, as in the files that the development kit reads.
/// </param>
public sealed class VocScore(int classes, bool elevenPoint, bool devkitRounding = false)
{
    private const int Thresholds = 10;
    private const int At75 = 5;

    private readonly MatchTable table = new(classes, 1);

    /// <summary>Adds an image. Among equal scores of different images, those of the image that was added first come first.</summary>
    public void Add(ImageObjects truth, IEnumerable<DetectedObject> detections)
    {
        var known = truth.Objects.ToLookup(one => one.Class);
        var found = detections.Select(one => devkitRounding ? Rounded(one) : one).ToLookup(one => one.Class);
        foreach (var one in Enumerable.Range(0, classes).Where(one => known.Contains(one) || found.Contains(one)))
        {
            var objects = known[one].ToArray();
            var matches = Match(objects, [.. found[one].OrderByDescending(detection => detection.Score)]);
            table.Add(one, 0, objects.Count(other => !other.Difficult), matches);
        }
    }

    /// <summary>Precision of a class at recalls of 0, 0.01, …, 1, to be drawn; null if there is no object of it.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="threshold">A number in <see cref="CocoScore.Thresholds"/>.</param>
    public IReadOnlyList<double>? Curve(int ofClass, int threshold) => table.Positives(ofClass, 0) is > 0 and var positives
        ? AveragePrecision.CocoCurve(table.Hits(ofClass, 0, threshold), positives)
        : null;

    /// <summary>The numbers of all images so far.</summary>
    public VocSummary Summarize()
    {
        var precisions = Enumerable.Range(0, Thresholds).Select(threshold => PerClass(threshold)).ToArray();
        return new(precisions.Average(Mean), Mean(precisions[0]), Mean(precisions[At75]), precisions[0]);
    }

    private static DetectedObject Rounded(DetectedObject detection)
    {
        // Corners as the kit writes them: the first one from 1 on.
        var (left, top) = (Math.Round(detection.Box.Left + 1, 1) - 1, Math.Round(detection.Box.Top + 1, 1) - 1);
        var (right, bottom) = (Math.Round(detection.Box.Right, 1), Math.Round(detection.Box.Bottom, 1));
        return detection with { Score = Math.Round(detection.Score, 3), Box = new(left, top, right - left, bottom - top) };
    }

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static Match[] Match(AnnotatedObject[] truth, DetectedObject[] detections)
    {
        var taken = new ushort[truth.Length]; // a bit per threshold
        var matches = new Match[detections.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            if (truth.Length == 0)
            {
                matches[d] = new(detections[d].Score, d, 0, 0);
                continue;
            }

            var overlaps = Array.ConvertAll(truth, one => ObjectOverlap.Of(detections[d].Box, one.Box));
            var best = Array.IndexOf(overlaps, overlaps.Max());
            var above = (ushort)Enumerable.Range(0, Thresholds).Where(t => overlaps[best] > (50 + (5 * t)) / 100.0).Sum(t => 1 << t);
            matches[d] = truth[best].Difficult
                ? new(detections[d].Score, d, 0, above)
                : new(detections[d].Score, d, (ushort)(above & ~taken[best]), 0);
            taken[best] |= above;
        }

        return matches;
    }

    private double[] PerClass(int threshold) => [.. Enumerable.Range(0, classes).Select(one => elevenPoint
        ? AveragePrecision.ElevenPoint(table.Hits(one, 0, threshold), table.Positives(one, 0))
        : AveragePrecision.Area(table.Hits(one, 0, threshold), table.Positives(one, 0)))];
}
