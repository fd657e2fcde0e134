namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// COCO's average precision and recall of boxes, masks or keypoints, equal to the official evaluation. Give it one image after the other.
/// Lin et al. 2014, https://arxiv.org/abs/1405.0312
/// </summary>
public sealed class CocoScore
{
    private const int MostKeypoints = 20;
    private const int MostObjects = 100;
    private const int At75 = 5;
    private static readonly int[] AllThresholds = [.. Enumerable.Range(0, ObjectMatching.Thresholds.Count)];

    private readonly ObjectComparison comparison;
    private readonly int[] classes;
    private readonly int most;
    private readonly bool hasSmall;

    /// <summary>Begins without images.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="kind">What is compared.</param>
    /// <param name="sigmas">For keypoints, how far each may be off; those of persons, if not given.</param>
    public CocoScore(int classes, OverlapKind kind, IReadOnlyList<double>? sigmas = null)
    {
        comparison = new(kind, classes, sigmas ?? ObjectOverlap.PersonSigmas);
        this.classes = [.. Enumerable.Range(0, classes)];
        (most, hasSmall) = kind == OverlapKind.Keypoints ? (MostKeypoints, false) : (MostObjects, true);
    }

    /// <summary>The overlaps at which precision is measured: 0.5 to 0.95.</summary>
    public static IReadOnlyList<double> Thresholds => ObjectMatching.Thresholds;

    /// <summary>Adds an image. Among equal scores of different images, those of the image that was added first come first.</summary>
    public void Add(ImageObjects truth, IEnumerable<DetectedObject> detections)
    {
        var (known, found) = (truth.Objects.ToLookup(one => one.Class), detections.ToLookup(one => one.Class));
        foreach (var one in classes.Where(one => known.Contains(one) || found.Contains(one)))
        {
            comparison.Add(one, [.. known[one]], [.. found[one].OrderByDescending(detection => detection.Score).Take(most)]);
        }
    }

    /// <summary>The numbers of all images so far.</summary>
    public CocoSummary Summarize()
    {
        return new(
            Precision(AllThresholds), Precision([0]), Precision([At75]),
            Small(Precision), Precision(AllThresholds, ObjectScale.Medium), Precision(AllThresholds, ObjectScale.Large),
            Recall(AllThresholds), Small(Recall), Recall(AllThresholds, ObjectScale.Medium), Recall(AllThresholds, ObjectScale.Large))
        {
            Ar1 = comparison.Recall(classes, AllThresholds, ObjectScale.All, 1),
            Ar10 = comparison.Recall(classes, AllThresholds, ObjectScale.All, 10),
            Ar50 = Recall([0]),
            Ar75 = Recall([At75]),
            PerClass = Array.ConvertAll(classes, one => comparison.Precision([one], AllThresholds, ObjectScale.All, most)),
        };

        double Precision(int[] thresholds, ObjectScale scale = ObjectScale.All) => comparison.Precision(classes, thresholds, scale, most);

        double Recall(int[] thresholds, ObjectScale scale = ObjectScale.All) => comparison.Recall(classes, thresholds, scale, most);

        double Small(Func<int[], ObjectScale, double> measure) => hasSmall ? measure(AllThresholds, ObjectScale.Small) : double.NaN;
    }

    /// <summary>Precision of a class at recalls of 0, 0.01, …, 1; null if there is no object of it.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="threshold">A number in <see cref="Thresholds"/>.</param>
    public IReadOnlyList<double>? Curve(int ofClass, int threshold) => comparison.Curve(ofClass, threshold, ObjectScale.All, most);
}
