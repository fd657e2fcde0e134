namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// LVIS's average precision of boxes or masks. As <see cref="CocoScore"/>, but images are not searched for every class: detections count
/// only for classes that the image has or is known not to have, and where a class is not labeled to the last object, a detection beside
/// the labeled ones does not count. Gupta, Dollár and Girshick 2019, https://arxiv.org/abs/1908.03195
/// </summary>
public sealed class LvisScore
{
    private const int MostPerImage = 300;
    private const int MostRare = 10;
    private const int MostCommon = 100;
    private const int At75 = 5;
    private static readonly int[] AllThresholds = [.. Enumerable.Range(0, ObjectMatching.Thresholds.Count)];

    private readonly IReadOnlyList<LvisFrequency> frequencies;
    private readonly ObjectComparison comparison;
    private readonly int[] classes;

    /// <summary>Begins without images.</summary>
    /// <param name="frequencies">Of each class.</param>
    /// <param name="kind">Boxes or masks.</param>
    public LvisScore(IReadOnlyList<LvisFrequency> frequencies, OverlapKind kind)
    {
        this.frequencies = frequencies;
        comparison = new(kind, frequencies.Count, []);
        classes = [.. Enumerable.Range(0, frequencies.Count)];
    }

    /// <summary>The frequency of a class that so many training images show.</summary>
    public static LvisFrequency FrequencyOf(int images) =>
        images <= MostRare ? LvisFrequency.Rare : images <= MostCommon ? LvisFrequency.Common : LvisFrequency.Frequent;

    /// <summary>Adds an image. Among equal scores of different images, those of the image that was added first come first.</summary>
    public void Add(ImageObjects truth, IEnumerable<DetectedObject> detections)
    {
        var known = truth.Objects.ToLookup(one => one.Class);
        var found = detections.OrderByDescending(detection => detection.Score).Take(MostPerImage).ToLookup(one => one.Class);
        foreach (var one in known.Select(group => group.Key).Union(truth.NegativeClasses).Order())
        {
            comparison.Add(one, [.. known[one]], [.. found[one]], truth.NotExhaustiveClasses.Contains(one));
        }
    }

    /// <summary>Precision of a class at recalls of 0, 0.01, …, 1; null if there is no object of it.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="threshold">A number in <see cref="CocoScore.Thresholds"/>.</param>
    public IReadOnlyList<double>? Curve(int ofClass, int threshold) => comparison.Curve(ofClass, threshold, ObjectScale.All, MostPerImage);

    /// <summary>The numbers of all images so far.</summary>
    public LvisSummary Summarize()
    {
        return new(
            Precision(AllThresholds), Precision([0]), Precision([At75]),
            OfScale(ObjectScale.Small), OfScale(ObjectScale.Medium), OfScale(ObjectScale.Large),
            OfFrequency(LvisFrequency.Rare), OfFrequency(LvisFrequency.Common), OfFrequency(LvisFrequency.Frequent),
            comparison.Recall(classes, AllThresholds, ObjectScale.All, MostPerImage))
        {
            PerClass = Array.ConvertAll(classes, one => comparison.Precision([one], AllThresholds, ObjectScale.All, MostPerImage)),
        };

        double Precision(int[] thresholds) => comparison.Precision(classes, thresholds, ObjectScale.All, MostPerImage);

        double OfScale(ObjectScale scale) => comparison.Precision(classes, AllThresholds, scale, MostPerImage);

        double OfFrequency(LvisFrequency frequency) => comparison.Precision(
            classes.Where(one => frequencies[one] == frequency), AllThresholds, ObjectScale.All, MostPerImage);
    }
}
