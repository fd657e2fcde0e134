namespace SslFramework;

/// <summary>One number that an evaluator found.</summary>
/// <param name="Layer">Which features: a layer's name, or <c>features</c> for <see cref="IBackbone.Forward"/>.</param>
/// <param name="Metric">What is measured, such as <c>top-1</c>.</param>
/// <param name="Value">The number; accuracies are percentages.</param>
/// <param name="Interval">The 95 % confidence interval, given the number of test images or draws; null if that makes no sense.</param>
public sealed record EvaluationResult(string Layer, string Metric, double Value, ConfidenceInterval? Interval = null)
{
    /// <summary>How the number is to be read.</summary>
    public MeasurementKind Kind { get; init; }

    /// <summary>What must be said about the number, in a whole sentence: why it is NaN or means nothing; usually null.</summary>
    public string? Remark { get; init; }
}
