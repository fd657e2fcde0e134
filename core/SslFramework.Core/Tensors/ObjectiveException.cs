namespace SslFramework.Core.Tensors;

/// <summary>
/// An objective broke its contract in a way that shows outside of its own code, such as a loss whose backward fails. The message
/// is one sentence for its author, with the remedy.
/// </summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="inner">What was thrown.</param>
internal sealed class ObjectiveException(string message, Exception? inner = null) : ExperimentException(FailureKind.Plugin, message, inner);
