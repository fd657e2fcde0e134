namespace SslFramework.Engine.Training;

/// <summary>Something that a run survived and its owner should know: one line of <c>incidents.jsonl</c>.</summary>
/// <param name="Kind">
/// <c>skipped</c> (a loss or gradient that is NaN or infinite), <c>spike</c>, <c>untrained</c> (parameters that get no gradient),
/// <c>collapse</c> or <c>drop</c> (of what the monitor measures).
/// </param>
/// <param name="Step">The step, from 1.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Loss">The step's loss.</param>
/// <param name="GradientNorm">Norm of all its gradients together.</param>
/// <param name="Seed">The run's seed; with epoch and sample it reproduces every view.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Samples">The images of the batch, by their numbers in the data source.</param>
internal sealed record Incident(
    string Kind, long Step, string Sentence, double Loss, double GradientNorm, long Seed, long Epoch, IReadOnlyList<long> Samples);
