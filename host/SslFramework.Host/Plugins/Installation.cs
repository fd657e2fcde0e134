using Microsoft.Extensions.DependencyInjection;

namespace SslFramework.Host.Plugins;

/// <summary>What this process can work with: the plugins, and the services that they registered.</summary>
public sealed record Installation(PluginCatalog Plugins, IServiceCollection Services)
{
    /// <summary>Everything that experiments can name.</summary>
    public ComponentCatalog Components => Plugins.Components;

    /// <summary>Loads the plugins beside the host, of SSL_PLUGINS and of further folders; those refused are told on stderr.</summary>
    /// <exception cref="ExperimentException">A folder that was named does not exist.</exception>
    public static Installation Load(IReadOnlyList<string> folders)
    {
        var services = new ServiceCollection();
        var plugins = PluginCatalog.Load(PluginRoots.From(folders, Environment.GetEnvironmentVariable(PluginRoots.Variable)), services);
        foreach (var refused in plugins.Refused)
        {
            Console.Error.WriteLine($"warning: {refused.Sentence}");
        }

        return new Installation(plugins, services);
    }

    /// <summary>Whose a component is.</summary>
    public string OwnerOf(ComponentDescriptor component) =>
        Components.Find(component.Service, component.Name)?.Plugin ?? ComponentCatalog.Core;
}
