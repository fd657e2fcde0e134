namespace SslFramework.Testing;

/// <summary>A component does not keep its contract; the message says how, and what to do.</summary>
/// <param name="sentence">What is wrong, with the remedy, without a full stop.</param>
/// <param name="component">The kind of component that breaks it, such as <c>backbone</c>.</param>
public sealed class ContractViolationException(string sentence, string component = "objective") : Exception($"The {component} breaks its contract: {sentence}.")
{
    internal static void Unless(bool holds, string component, string sentence)
    {
        if (!holds)
        {
            throw new ContractViolationException(sentence, component);
        }
    }
}
