using SslFramework.Core.Data.Masks;

namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>How well a detection fits an object, from 0 to 1.</summary>
public static class ObjectOverlap
{
    private const double Epsilon = 1.0 / (1L << 52); // the reference adds it to areas

    /// <summary>
    /// COCO's σ of the seventeen points of a person: how far people differ when they mark nose, eyes, ears, shoulders, elbows, wrists,
    /// hips, knees and ankles, as a share of the object's side.
    /// </summary>
    public static IReadOnlyList<double> PersonSigmas { get; } =
    [
        .026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089,
    ];

    /// <summary>Intersection over union; over the detection alone, if the other is a crowd. 0 if they do not overlap.</summary>
    public static double Of(Box detection, Box truth, bool crowd = false)
    {
        var width = Math.Min(detection.Right, truth.Right) - Math.Max(detection.Left, truth.Left);
        var height = Math.Min(detection.Bottom, truth.Bottom) - Math.Max(detection.Top, truth.Top);
        if (!(width > 0 && height > 0))
        {
            return 0;
        }

        var both = width * height;
        return both / (crowd ? detection.Area : detection.Area + truth.Area - both);
    }

    /// <summary>
    /// Object keypoint similarity: the mean over the labeled points of exp(−d² / (2 · area · (2σ)²)). An object without a labeled point
    /// has for each the distance to its box, grown to three times its sides.
    /// </summary>
    /// <param name="detection">As many points as <paramref name="sigmas"/>.</param>
    /// <param name="truth">The object, with as many points.</param>
    /// <param name="sigmas">How far a point may be off, as a share of the object's side.</param>
    public static double OfKeypoints(IReadOnlyList<Keypoint> detection, AnnotatedObject truth, IReadOnlyList<double> sigmas)
    {
        var labeled = truth.Keypoints.Any(IsLabeled);
        var (box, area) = (truth.Box, AreaOf(truth));
        var (sum, count) = (0.0, 0);
        for (var k = 0; k < sigmas.Count; k++)
        {
            var (point, own) = (detection[k], truth.Keypoints[k]);
            if (labeled && !IsLabeled(own))
            {
                continue;
            }

            var dx = labeled ? point.X - own.X : Outside(point.X, box.Left - box.Width, box.Left + (2 * box.Width));
            var dy = labeled ? point.Y - own.Y : Outside(point.Y, box.Top - box.Height, box.Top + (2 * box.Height));
            var variance = 4 * sigmas[k] * sigmas[k];
            sum += Math.Exp(-((dx * dx) + (dy * dy)) / variance / (area + Epsilon) / 2);
            count++;
        }

        return sum / count;
    }

    /// <summary>The area by which an object is sorted by size.</summary>
    public static double AreaOf(AnnotatedObject truth) => truth.Area ?? truth.Mask?.PixelCount() ?? truth.Box.Area;

    /// <summary>The area by which a detection is sorted by size: of its points, that of the box around all of them.</summary>
    public static double AreaOf(DetectedObject detection, OverlapKind kind) => kind switch
    {
        OverlapKind.Masks => MaskOf(detection).PixelCount(),
        OverlapKind.Keypoints => (detection.Keypoints.Max(point => point.X) - detection.Keypoints.Min(point => point.X))
            * (detection.Keypoints.Max(point => point.Y) - detection.Keypoints.Min(point => point.Y)),
        _ => detection.Box.Area,
    };

    internal static bool IsLabeled(Keypoint point) => point.Visibility > 0;

    internal static RunLengthMask MaskOf(DetectedObject detection) => detection.Mask ?? throw new ArgumentException(
        "A detection has no mask, and masks are to be compared.", nameof(detection));

    internal static RunLengthMask MaskOf(AnnotatedObject truth) => truth.Mask ?? throw new ArgumentException(
        "An object has no mask, and masks are to be compared.", nameof(truth));

    private static double Outside(double value, double low, double high) => Math.Max(0, low - value) + Math.Max(0, value - high);
}
