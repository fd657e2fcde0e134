using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Plugins;

/// <summary>What this process can work with: the plugins, and the services that they registered.</summary>
internal sealed record Installation(PluginCatalog Plugins, IServiceCollection Services)
{
    /// <summary>Everything that experiments can name.</summary>
    public ComponentCatalog Components => Plugins.Components;

    /// <summary>Loads the plugins beside the host, of SSL_PLUGINS and of further folders; those refused are told on stderr.</summary>
    /// <param name="folders">Further folders.</param>
    /// <param name="lockFile">What the plugins must be: one that is refused, or is not there, is then an error.</param>
    /// <exception cref="ExperimentException">
    /// A folder that was named does not exist, or the plugins are not those of the lock file.
    /// </exception>
    public static Installation Load(IReadOnlyList<string> folders, string? lockFile = null)
    {
        var services = new ServiceCollection();
        var locked = lockFile is null ? null : PluginLock.Read(lockFile);
        var roots = PluginRoots.From(folders, Environment.GetEnvironmentVariable(PluginRoots.Variable));
        var plugins = PluginCatalog.Load(roots, services, locked);
        if (locked is not null)
        {
            EnsureAllThere(plugins, locked, lockFile!);
        }

        foreach (var refused in plugins.Refused)
        {
            Messages.Warn(refused.Sentence);
        }

        foreach (var plugin in plugins.Loaded.Where(plugin => plugin.Warning is not null))
        {
            Messages.Warn($"plugin {plugin.Name}: {plugin.Warning}");
        }

        return new Installation(plugins, services);
    }

    private static void EnsureAllThere(PluginCatalog plugins, PluginLock locked, string lockFile)
    {
        var missing = locked.MissingFrom(plugins.Loaded);
        string[] problems =
        [
            .. plugins.Refused.Select(refused => refused.Sentence),
            .. missing.Count > 0 && plugins.Refused.Count == 0 ? [$"{lockFile} names {string.Join(", ", missing)}, "
                + "which no folder of plugins has."] : Array.Empty<string>(),
        ];
        if (problems.Length > 0)
        {
            throw new ExperimentException(FailureKind.Plugin, string.Join(Environment.NewLine, problems));
        }
    }
}
