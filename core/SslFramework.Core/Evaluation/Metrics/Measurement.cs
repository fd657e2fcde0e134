namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>A named number and where it lies with 95 % confidence, if that can be said.</summary>
public sealed record Measurement(string Metric, double Value, ConfidenceInterval? Interval = null)
{
    /// <summary>How the number is to be read.</summary>
    public MeasurementKind Kind { get; init; }

    /// <summary>What must be said about the number, a whole sentence; null in general.</summary>
    public string? Remark { get; init; }

    /// <summary>The same as a result of a layer.</summary>
    public EvaluationResult Of(string layer) => new(layer, Metric, Value, Interval) { Kind = Kind, Remark = Remark };

    /// <summary>The same metric where it cannot be had: NaN, with the reason.</summary>
    internal Measurement Without(string reason) => this with { Value = double.NaN, Interval = null, Remark = reason };
}
