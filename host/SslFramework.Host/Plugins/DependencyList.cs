using System.Text.Json;

namespace SslFramework.Host.Plugins;

/// <summary>The files that a plugin needs, as the build wrote them into its <c>.deps.json</c>.</summary>
internal static class DependencyList
{
    /// <summary>
    /// Paths relative to the plugin's folder of assemblies and native libraries; none where the build wrote no list.
    /// </summary>
    /// <exception cref="JsonException">The list is damaged.</exception>
    public static IReadOnlyList<string> Read(string file)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var list = JsonDocument.Parse(File.ReadAllBytes(file));
            return Read(list);
        }
        catch (InvalidOperationException error) // a list where an object must be, or a name that is not text
        {
            throw new JsonException(error.Message, error);
        }
    }

    private static IReadOnlyList<string> Read(JsonDocument list) => list.RootElement.TryGetProperty("targets", out var targets)
        ? [.. targets.EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .SelectMany(library => FilesOf(library.Value))
            .Distinct()]
        : [];

    private static IEnumerable<string> FilesOf(JsonElement library) => new[] { "runtime", "native", "runtimeTargets" }
        .Where(kind => library.TryGetProperty(kind, out _))
        .SelectMany(kind => library.GetProperty(kind).EnumerateObject())
        .Select(file => file.Name)
        .Where(file => Path.GetFileName(file) != "_._"); // NuGet's mark for a folder that is empty on purpose
}
