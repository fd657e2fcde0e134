using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Plugins.Detection;

/// <summary>Average precisions by the rules of a data set.</summary>
internal sealed class DetectionScores
{
    private readonly Action<ImageObjects, IReadOnlyList<DetectedObject>, RunLengthMask?> add;
    private readonly Func<IEnumerable<(string Metric, double Value)>> numbers;
    private readonly (string What, Func<int, int, IReadOnlyList<double>?> Of)[] curves;
    private readonly bool asksForNowhere;
    private readonly IReadOnlyList<string> names;

    /// <summary>Begins without images.</summary>
    /// <param name="settings">Say what is measured.</param>
    /// <param name="train">The train images, which say how frequent classes are.</param>
    /// <param name="annotations">What is known of the test images.</param>
    public DetectionScores(DetectionSettings settings, IAnnotatedImages train, AnnotationInfo annotations)
    {
        names = annotations.ObjectClasses;
        var classes = names.Count;
        (OverlapKind Kind, string Name)[] kinds =
        [
            (OverlapKind.Boxes, ""), .. settings.Masks ? [(OverlapKind.Masks, "mask ")] : Array.Empty<(OverlapKind, string)>(),
            .. settings.Keypoints ? [(OverlapKind.Keypoints, "keypoint ")] : Array.Empty<(OverlapKind, string)>(),
        ];
        switch (annotations.Metric)
        {
            case ObjectMetric.Lvis:
                LvisFrequency[] frequencies = [.. Frequencies(train, classes)];
                var lvis = kinds.Where(kind => kind.Kind != OverlapKind.Keypoints)
                    .Select(kind => (kind.Name, Score: new LvisScore(frequencies, kind.Kind))).ToArray();
                add = (truth, found, _) => Array.ForEach(lvis, one => one.Score.Add(truth, found));
                numbers = () => lvis.SelectMany(one => Named(one.Name, one.Score.Summarize()));
                curves = Array.ConvertAll(lvis, one => Curve(one.Name, one.Score.Curve));
                break;
            case ObjectMetric.Voc or ObjectMetric.Voc2007:
                var voc = new VocScore(classes, elevenPoint: annotations.Metric == ObjectMetric.Voc2007);
                add = (truth, found, _) => voc.Add(truth, found);
                numbers = () => voc.Summarize() is var sum ?
                    [("AP", sum.Ap), ("AP50", sum.Ap50), ("AP75", sum.Ap75), .. OfClasses("AP50", sum.PerClass)] : [];
                curves = [Curve("", voc.Curve)];
                break;
            case ObjectMetric.Cityscapes when settings.Masks:
                var cityscapes = new CityscapesScore(classes);
                (add, asksForNowhere) = ((truth, found, nowhere) => cityscapes.Add(truth, nowhere, found), true);
                numbers = () => cityscapes.Summarize() is var sum ?
                    [("mask AP", sum.Ap), ("mask AP50", sum.Ap50), .. OfClasses("mask AP", sum.PerClass)] : [];
                curves = [Curve("mask ", cityscapes.Curve)];
                break;
            default:
                var coco = kinds.Select(kind => (kind.Name, Score: new CocoScore(classes, kind.Kind, SigmasOf(annotations)))).ToArray();
                add = (truth, found, _) => Array.ForEach(coco, one => one.Score.Add(truth, found));
                numbers = () => coco.SelectMany(one => Named(one.Name, one.Score.Summarize()));
                curves = Array.ConvertAll(coco, one => Curve(one.Name, one.Score.Curve));
                break;
        }
    }

    /// <summary>Adds an image.</summary>
    /// <param name="truth">Its objects.</param>
    /// <param name="found">What was found.</param>
    /// <param name="map">The classes of the view's pixels, uint8 [H, W]; null without maps.</param>
    /// <param name="places">Where the view comes from.</param>
    public void Add(ImageObjects truth, IReadOnlyList<DetectedObject> found, Tensor? map, ViewPlaces places) =>
        add(truth, found, asksForNowhere && map is not null ? Nowhere(map, places) : null);

    /// <summary>The numbers in percent; those of which there is no object are left out.</summary>
    /// <param name="broken">Why nothing could be measured; null if something was.</param>
    public IReadOnlyList<EvaluationResult> Results(string? broken) => broken is null
        ? [.. numbers().Where(one => double.IsFinite(one.Value)).Select(one => Result(one.Metric, 100 * one.Value))]
        : [.. numbers().Where(one => one.Metric.EndsWith("AP", StringComparison.Ordinal) && !IsOfClass(one.Metric))
            .Select(one => Result(one.Metric, double.NaN) with { Remark = broken })];

    /// <summary>Precision over recall.</summary>
    public IEnumerable<Chart> Charts() => curves.SelectMany(one => PrecisionCurves.Charts(one.What, names, one.Of));

    private static (string What, Func<int, int, IReadOnlyList<double>?> Of) Curve(string name, Func<int, int, IReadOnlyList<double>?> of) =>
        (name.Length == 0 ? "boxes" : $"{name.TrimEnd()}s", of);

    private static EvaluationResult Result(string metric, double value) => new(FeatureExtraction.LastLayer, metric, value)
    {
        Kind = IsOfClass(metric) ? MeasurementKind.Detail : MeasurementKind.Score,
    };

    private static bool IsOfClass(string metric) => metric.Contains(" of ", StringComparison.Ordinal);

    private IEnumerable<(string Metric, double Value)> OfClasses(string metric, IReadOnlyList<double> values) =>
        names.Zip(values, (name, value) => ($"{metric} of {name}", value));

    private (string Metric, double Value)[] Named(string name, CocoSummary sum) =>
    [
        ($"{name}AP", sum.Ap), ($"{name}AP50", sum.Ap50), ($"{name}AP75", sum.Ap75),
        ($"{name}AP small", sum.ApSmall), ($"{name}AP medium", sum.ApMedium), ($"{name}AP large", sum.ApLarge),
        .. OfClasses($"{name}AP", sum.PerClass),
    ];

    private (string Metric, double Value)[] Named(string name, LvisSummary sum) =>
    [
        ($"{name}AP", sum.Ap), ($"{name}AP50", sum.Ap50), ($"{name}AP75", sum.Ap75),
        ($"{name}AP rare", sum.ApRare), ($"{name}AP common", sum.ApCommon), ($"{name}AP frequent", sum.ApFrequent),
        .. OfClasses($"{name}AP", sum.PerClass),
    ];

    private static IReadOnlyList<double>? SigmasOf(AnnotationInfo annotations) => annotations.Sigmas.Count > 0 ? annotations.Sigmas : null;

    private static IEnumerable<LvisFrequency> Frequencies(IAnnotatedImages train, int classes)
    {
        var images = Enumerable.Range(0, train.Count)
            .SelectMany(i => train.Objects(i).Objects.Select(one => one.Class).Distinct()).CountBy(one => one).ToDictionary();
        return Enumerable.Range(0, classes).Select(one => LvisScore.FrequencyOf(images.GetValueOrDefault(one)));
    }

    /// <summary>The pixels of the image without a class, read from the view.</summary>
    private static RunLengthMask Nowhere(Tensor map, ViewPlaces places)
    {
        var (rows, columns, view) = ((int)map.shape[0], (int)map.shape[1], map.data<byte>().ToArray());
        var pixels = new byte[places.Image.Height * places.Image.Width];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i, places.Image.Width);
            var (row, column) = ((int)Math.Floor(places.ToViewY(y + 0.5)), (int)Math.Floor(places.ToViewX(x + 0.5)));
            var isShown = row >= 0 && row < rows && column >= 0 && column < columns;
            pixels[i] = isShown && view[(row * columns) + column] == IAnnotatedSource.Void ? (byte)1 : (byte)0;
        }

        return MaskCoding.Encode(pixels, places.Image);
    }
}
