using System.CommandLine;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands.Arguments;

/// <summary>Which plugins a command loads.</summary>
internal sealed class PluginArguments
{
    private readonly Option<string[]> folders = new("--plugins")
    {
        Description = "Another folder of plugins, one folder each; SSL_PLUGINS names some too",
        HelpName = "folder",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> locked = LockFile();

    /// <summary>All of them, in the order of help.</summary>
    public IEnumerable<Symbol> All => [folders, locked];

    /// <summary>The lock file that plugins must keep to.</summary>
    public static Option<string?> LockFile() => new("--locked")
    {
        Description = "Load no plugin that differs from this lock file, which 'ssl plugin lock' writes",
        HelpName = "file",
    };

    /// <summary>Loads the plugins.</summary>
    /// <exception cref="ExperimentException">A folder does not exist, or the plugins are not those of the lock file.</exception>
    public Installation Load(ParseResult parsed) => Installation.Load(Folders(parsed), LockFileOf(parsed));

    /// <summary>The folders that were named.</summary>
    public IReadOnlyList<string> Folders(ParseResult parsed) => parsed.GetValue(folders)!;

    /// <summary>The lock file that was named, or null.</summary>
    public string? LockFileOf(ParseResult parsed) => parsed.GetValue(locked);
}
