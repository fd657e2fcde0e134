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

    private readonly Option<string?> locked = SharedOptions.Locked();

    /// <summary>In the order of a command's help.</summary>
    public IReadOnlyList<Option> All => [folders, locked];

    /// <summary>The folders beside those that are always looked into.</summary>
    public IReadOnlyList<string> Folders(ParseResult parsed) => parsed.GetValue(folders)!;

    /// <summary>What the plugins must be; null if nothing says it.</summary>
    public string? LockFile(ParseResult parsed) => parsed.GetValue(locked);

    /// <summary>Loads the plugins.</summary>
    /// <exception cref="ExperimentException">A folder does not exist, or the plugins are not those of the lock file.</exception>
    public Installation Load(ParseResult parsed) => Installation.Load(Folders(parsed), LockFile(parsed));
}
