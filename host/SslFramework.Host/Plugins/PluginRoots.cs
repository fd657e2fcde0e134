namespace SslFramework.Host.Plugins;

/// <summary>Where plugins are looked for: one directory a plugin, <c>root/Name/Name.dll</c>.</summary>
internal static class PluginRoots
{
    /// <summary>Names more roots, separated as in PATH.</summary>
    public const string Variable = "SSL_PLUGINS";

    private static readonly string Bundled = Path.Combine(AppContext.BaseDirectory, "plugins");

    /// <summary>
    /// The roots of the command line, then those of <see cref="Variable"/>, then the one that comes with the program, if there is one:
    /// of two builds of a plugin, the first is used.
    /// </summary>
    /// <param name="options">The values of <c>--plugins</c>.</param>
    /// <param name="variable">The value of <see cref="Variable"/>, or null.</param>
    /// <exception cref="ExperimentException">A named root does not exist.</exception>
    public static IReadOnlyList<string> From(IEnumerable<string> options, string? variable)
    {
        var named = (variable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. options.Select(root => Existing(root, "--plugins")),
            .. named.Select(root => Existing(root, Variable)),
            .. Directory.Exists(Bundled) ? [Bundled] : Array.Empty<string>(),
        ];
    }

    /// <summary>
    /// The plugin folders of the roots, each once, those of a root in ordinal order. A root may be a plugin folder itself; hidden folders
    /// and those without any library are no plugins.
    /// </summary>
    public static IEnumerable<string> PluginFolders(IEnumerable<string> roots) => roots
        .Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
        .SelectMany(IEnumerable<string> (root) => File.Exists(MainAssembly(root))
            ? [root]
            : Directory.EnumerateDirectories(root).Where(HasLibrary).Order(StringComparer.Ordinal))
        .Distinct(StringComparer.Ordinal);

    /// <summary>True for a folder of plugins that comes with the program.</summary>
    public static bool IsBundled(string folder) => folder.StartsWith(Bundled + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>A plugin's main assembly has its folder's name.</summary>
    public static string MainAssembly(string folder) => Path.Combine(folder, Path.GetFileName(folder) + ".dll");

    private static bool HasLibrary(string folder)
    {
        try
        {
            return !Path.GetFileName(folder).StartsWith('.') && Directory.EnumerateFiles(folder, "*.dll").Any();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true; // the gate says what is wrong
        }
    }

    private static string Existing(string root, string origin) => Directory.Exists(root)
        ? Path.GetFullPath(root)
        : throw new ExperimentException(
            FailureKind.Plugin,
            $"The plugin folder '{root}' that {origin} names does not exist; name a folder that holds one directory for each plugin.");
}
