using System.Text.Json;
using SslFramework.Host.Components;

namespace SslFramework.Host.Plans;

/// <summary>
/// Multiply-adds of the backbones that come with the framework, as <see cref="NetworkSize"/> counts them: all of them take a minute, so
/// that they are kept in multiply-adds.json. A test counts them again, and writes the file if SSL_APPROVE is 1.
/// </summary>
internal static class CountedOperations
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, long>>> ByPlugin = new(() =>
    {
        using var file = typeof(CountedOperations).Assembly.GetManifestResourceStream("multiply-adds.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, long>>>(file)!;
    });

    /// <summary>Those of a backbone; null if it is not among them.</summary>
    public static long? Of(RegisteredComponent backbone) =>
        ByPlugin.Value.TryGetValue(backbone.Plugin, out var names) && names.TryGetValue(backbone.Descriptor.Name, out var count)
            ? count
            : null;
}
