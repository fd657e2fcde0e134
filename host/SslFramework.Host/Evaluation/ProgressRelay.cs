namespace SslFramework.Host.Evaluation;

/// <summary>Hands on what evaluators report to whoever shows it now, with what belongs to it.</summary>
public sealed class ProgressRelay : IProgress<EvaluationProgress>
{
    /// <summary>What is being measured: subject and evaluator, or nothing before the first.</summary>
    public string Part { get; set; } = "";

    /// <summary>Shows progress, by several threads at once; null where nobody does.</summary>
    public Action<EvaluationProgress>? Shown { get; set; }

    /// <inheritdoc/>
    public void Report(EvaluationProgress value) => Shown?.Invoke(value);
}
