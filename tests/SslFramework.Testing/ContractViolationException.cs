namespace SslFramework.Testing;

/// <summary>An objective does not keep the contract; the message says how, and what to do.</summary>
public sealed class ContractViolationException(string sentence) : Exception($"The objective breaks its contract: {sentence}.");
