namespace SslFramework.Host.Components;

/// <summary>Hands on what evaluators report to whoever shows it now, with what belongs to it.</summary>
internal sealed class ProgressRelay : IProgress<EvaluationProgress>, IProgress<Figure>, IProgress<Chart>
{
    /// <summary>What is being measured: subject and evaluator, or nothing before the first.</summary>
    public string Part { get; private set; } = "";

    /// <summary>Shows progress, by several threads at once, or, with null, that a part begins; null where nobody does.</summary>
    public Action<EvaluationProgress?>? Shown { get; set; }

    /// <summary>Takes what evaluators draw, of which nothing may be kept that is not copied; null where nobody does.</summary>
    public Action<Figure>? Drawn { get; set; }

    /// <summary>Takes the curves of evaluators; null where nobody does.</summary>
    public Action<Chart>? Charted { get; set; }

    /// <summary>Names what is measured from now on.</summary>
    public void Begin(string part)
    {
        Part = part;
        Shown?.Invoke(null);
    }

    /// <inheritdoc/>
    public void Report(EvaluationProgress value) => Shown?.Invoke(value);

    /// <inheritdoc/>
    void IProgress<Figure>.Report(Figure value) => Drawn?.Invoke(value);

    /// <inheritdoc/>
    void IProgress<Chart>.Report(Chart value) => Charted?.Invoke(value);
}
