namespace SslFramework;

/// <summary>
/// How far a part of an evaluation has come. An evaluator that takes long asks for an optional <see cref="IProgress{T}"/> of this
/// type in its constructor, and what it reports is shown to the user.
/// </summary>
/// <param name="Doing">What is being done, in a few words.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is in all, at least 1.</param>
public readonly record struct EvaluationProgress(string Doing, long Done, long Total);
