using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Plugins;

namespace SslFramework.Tests;

/// <summary>A folder of plugins for one test: copies of really compiled ones, to damage at will.</summary>
internal sealed class PluginStage : IDisposable
{
    public PluginStage(params string[] plugins)
    {
        Array.ForEach(plugins, plugin => Add(plugin));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("ssl-plugins-").FullName;

    public ServiceCollection Services { get; } = [];

    /// <summary>Where the build laid out a plugin.</summary>
    public static string Compiled(string plugin) => Path.Combine(AppContext.BaseDirectory, "test-plugins", plugin);

    /// <summary>Lays out one plugin and returns its folder.</summary>
    public string Add(string plugin)
    {
        var (source, folder) = (Compiled(plugin), Path.Combine(Root, plugin));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }

    /// <summary>Makes a plugin folder that holds one file.</summary>
    public string Add(string plugin, string file, string content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, plugin)).FullName;
        File.WriteAllText(Path.Combine(folder, file), content);
        return folder;
    }

    public PluginCatalog Load() => PluginCatalog.Load([Root], Services);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // Windows keeps loaded assemblies locked.
        }
    }
}
