namespace SslFramework.Tests;

/// <summary>Says which case of faults and bad input a test covers: C crash and storage, N numerics, D data, K config, P plugins, S untrusted files.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class CaseAttribute(string id) : Attribute
{
    /// <summary>Such as <c>C4</c>.</summary>
    public string Id { get; } = id;
}
