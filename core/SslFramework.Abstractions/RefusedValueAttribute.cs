namespace SslFramework;

/// <summary>
/// Explains a value that users may look for among those of an option but that does not exist. The error message ends with the reason.
/// </summary>
/// <param name="value">The value as an experiment file would write it.</param>
/// <param name="reason">The end of the sentence, which says what to use instead.</param>
[AttributeUsage(AttributeTargets.Enum, AllowMultiple = true)]
public sealed class RefusedValueAttribute(string value, string reason) : Attribute
{
    /// <summary>The value as an experiment file would write it.</summary>
    public string Value { get; } = value;

    /// <summary>The end of the sentence, which says what to use instead.</summary>
    public string Reason { get; } = reason;
}
