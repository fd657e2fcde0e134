namespace SslFramework.Host.Plugins;

/// <summary>Where plugins are looked for: one directory a plugin, <c>root/Name/Name.dll</c>.</summary>
public static class PluginRoots
{
    /// <summary>Names more roots, separated as in PATH.</summary>
    public const string Variable = "SSL_PLUGINS";

    /// <summary>The host's own root if it has one, then those of <see cref="Variable"/>, then those of the command line.</summary>
    /// <param name="options">The values of <c>--plugins</c>.</param>
    /// <param name="variable">The value of <see cref="Variable"/>, or null.</param>
    /// <exception cref="ExperimentException">A named root does not exist.</exception>
    public static IReadOnlyList<string> From(IEnumerable<string> options, string? variable)
    {
        var own = Path.Combine(AppContext.BaseDirectory, "plugins");
        var named = (variable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. Directory.Exists(own) ? [own] : Array.Empty<string>(),
            .. named.Select(root => Existing(root, Variable)),
            .. options.Select(root => Existing(root, "--plugins")),
        ];
    }

    /// <summary>The plugin folders of the roots, each once, those of a root in ordinal order. A root may be a plugin folder itself.</summary>
    public static IEnumerable<string> PluginFolders(IEnumerable<string> roots) => roots
        .Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
        .SelectMany(IEnumerable<string> (root) => File.Exists(MainAssembly(root))
            ? [root]
            : Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        .Distinct(StringComparer.Ordinal);

    /// <summary>A plugin's main assembly has its folder's name.</summary>
    public static string MainAssembly(string folder) => Path.Combine(folder, Path.GetFileName(folder) + ".dll");

    private static string Existing(string root, string origin) => Directory.Exists(root)
        ? Path.GetFullPath(root)
        : throw new ExperimentException(
            ExitCode.Plugin,
            $"The plugin folder '{root}' that {origin} names does not exist; name a folder that holds one directory for each plugin.");
}
