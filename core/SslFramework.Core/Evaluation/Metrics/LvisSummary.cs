namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// LVIS's numbers, from 0 to 1; NaN if there is no object of the kind. They are means over ten overlaps (0.5 to 0.95), unless the name says
/// which.
/// </summary>
/// <param name="Ap">Average precision.</param>
/// <param name="Ap50">At an overlap of 0.5.</param>
/// <param name="Ap75">At an overlap of 0.75.</param>
/// <param name="ApSmall">Of small objects.</param>
/// <param name="ApMedium">Of medium objects.</param>
/// <param name="ApLarge">Of large objects.</param>
/// <param name="ApRare">Of rare classes.</param>
/// <param name="ApCommon">Of common classes.</param>
/// <param name="ApFrequent">Of frequent classes.</param>
/// <param name="Ar">Average recall with 300 detections per image.</param>
public sealed record LvisSummary(
    double Ap,
    double Ap50,
    double Ap75,
    double ApSmall,
    double ApMedium,
    double ApLarge,
    double ApRare,
    double ApCommon,
    double ApFrequent,
    double Ar)
{
    /// <summary>Average precision of each class; NaN for one without objects.</summary>
    public IReadOnlyList<double> PerClass { get; init; } = [];
}
