namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>Cityscapes' average precisions of instances, from 0 to 1; NaN if there is no object.</summary>
/// <param name="Ap">The mean over ten overlaps, 0.5 to 0.95, and over classes that have objects.</param>
/// <param name="Ap50">At an overlap of more than 0.5.</param>
/// <param name="PerClass">Over ten overlaps, of each class; NaN for one without objects.</param>
public sealed record CityscapesSummary(double Ap, double Ap50, IReadOnlyList<double> PerClass);
