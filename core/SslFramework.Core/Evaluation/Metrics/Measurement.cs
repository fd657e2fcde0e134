namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>A named number and its 95 % confidence interval, if there is one.</summary>
public sealed record Measurement(string Metric, double Value, ConfidenceInterval? Interval = null)
{
    /// <summary>How the number is to be read.</summary>
    public MeasurementKind Kind { get; init; }

    /// <summary>What must be said about the number, in a whole sentence; usually null.</summary>
    public string? Remark { get; init; }

    /// <summary>The same as a result of a layer.</summary>
    public EvaluationResult Of(string layer) => new(layer, Metric, Value, Interval) { Kind = Kind, Remark = Remark };

    /// <summary>The same metric if it cannot be measured: NaN, with the reason.</summary>
    public Measurement Without(string reason) => this with { Value = double.NaN, Interval = null, Remark = reason };
}
