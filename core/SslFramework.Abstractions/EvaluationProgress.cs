namespace SslFramework;

/// <summary>
/// How far a part of an evaluation is. An evaluator that takes its time asks for an <see cref="IProgress{T}"/> of this in its
/// constructor, optional there, and what it reports is shown to the user.
/// </summary>
/// <param name="Doing">What is being done, in a few words.</param>
/// <param name="Done">So much of it.</param>
/// <param name="Total">All of it, at least 1.</param>
public readonly record struct EvaluationProgress(string Doing, long Done, long Total);
