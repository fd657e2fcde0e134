namespace SslFramework;

/// <summary>A value that one might look for among those of an option, and why it is not there. Its message ends with the reason.</summary>
/// <param name="value">The value, as an experiment file would have it.</param>
/// <param name="reason">The end of the sentence, with what to take instead.</param>
[AttributeUsage(AttributeTargets.Enum, AllowMultiple = true)]
public sealed class RefusedValueAttribute(string value, string reason) : Attribute
{
    /// <summary>The value, as an experiment file would have it.</summary>
    public string Value { get; } = value;

    /// <summary>The end of the sentence, with what to take instead.</summary>
    public string Reason { get; } = reason;
}
