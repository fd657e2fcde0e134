namespace SslFramework.Core.Evaluation;

/// <summary>A named number and where it lies with 95 % confidence, if that can be said.</summary>
public sealed record Measurement(string Metric, double Value, ConfidenceInterval? Interval = null)
{
    /// <summary>The same as a result of a layer.</summary>
    public EvaluationResult Of(string layer) => new(layer, Metric, Value, Interval);
}
