namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// COCO's numbers, from 0 to 1; NaN if there is no object of the kind. Precision and recall are means over ten overlaps (0.5 to 0.95),
/// unless the name says which.
/// </summary>
/// <param name="Ap">Average precision.</param>
/// <param name="Ap50">At an overlap of 0.5.</param>
/// <param name="Ap75">At an overlap of 0.75.</param>
/// <param name="ApSmall">Of small objects; NaN for keypoints.</param>
/// <param name="ApMedium">Of medium objects.</param>
/// <param name="ApLarge">Of large objects.</param>
/// <param name="Ar">Average recall with all detections that are looked at: 100 per image and class, 20 for keypoints.</param>
/// <param name="ArSmall">Of small objects; NaN for keypoints.</param>
/// <param name="ArMedium">Of medium objects.</param>
/// <param name="ArLarge">Of large objects.</param>
public sealed record CocoSummary(
    double Ap,
    double Ap50,
    double Ap75,
    double ApSmall,
    double ApMedium,
    double ApLarge,
    double Ar,
    double ArSmall,
    double ArMedium,
    double ArLarge)
{
    /// <summary>Average recall with one detection per image and class.</summary>
    public double Ar1 { get; init; }

    /// <summary>Average recall with ten detections per image and class.</summary>
    public double Ar10 { get; init; }

    /// <summary>Recall at an overlap of 0.5.</summary>
    public double Ar50 { get; init; }

    /// <summary>Recall at an overlap of 0.75.</summary>
    public double Ar75 { get; init; }

    /// <summary>Average precision of each class; NaN for one without objects.</summary>
    public IReadOnlyList<double> PerClass { get; init; } = [];
}
