namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>Mean average precisions of PASCAL VOC, from 0 to 1; NaN if there is no object.</summary>
/// <param name="Ap">The mean over ten overlaps, 0.5 to 0.95. Its curves are those of VOC, not of COCO.</param>
/// <param name="Ap50">At an overlap of more than 0.5, VOC's own number.</param>
/// <param name="Ap75">At an overlap of more than 0.75.</param>
/// <param name="PerClass">At an overlap of more than 0.5, of each class; NaN for one without objects.</param>
public sealed record VocSummary(double Ap, double Ap50, double Ap75, IReadOnlyList<double> PerClass);
