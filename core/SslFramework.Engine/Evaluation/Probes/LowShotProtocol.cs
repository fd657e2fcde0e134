namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>How a low-shot number was measured.</summary>
/// <param name="Evaluator">Name of the evaluator that learned.</param>
/// <param name="Options">Its options.</param>
/// <param name="Fraction">Share of each class.</param>
/// <param name="PerClass">Images per class.</param>
/// <param name="Images">Images of any class.</param>
/// <param name="Seed">Seed of the draws.</param>
/// <param name="Draws">Numbers of the train images that were learned from.</param>
internal sealed record LowShotProtocol(
    string Evaluator,
    object Options,
    double? Fraction,
    int? PerClass,
    int? Images,
    int Seed,
    IReadOnlyList<IReadOnlyList<int>> Draws);
