namespace SslFramework.Engine.Training;

/// <summary>Something that a run survived and its owner should know: a line of <c>incidents.jsonl</c>.</summary>
/// <param name="Kind"><c>skipped</c> (a loss or gradient that is no number), <c>spike</c>, <c>untrained</c> (parameters that get no gradient), <c>collapse</c> or <c>drop</c> (of what the monitor measures).</param>
/// <param name="Step">The step, from 1.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Loss">The step's loss.</param>
/// <param name="GradientNorm">Length of all its gradients.</param>
/// <param name="Seed">With epoch and sample it gives every view again.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Samples">The images of the batch, by their numbers in the data source.</param>
internal sealed record Incident(
    string Kind, long Step, string Sentence, double Loss, double GradientNorm, long Seed, long Epoch, IReadOnlyList<long> Samples);
