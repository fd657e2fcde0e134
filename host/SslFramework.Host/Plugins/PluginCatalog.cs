using Microsoft.Extensions.DependencyInjection;
using SslFramework.Engine;
using SslFramework.Host.Components;

namespace SslFramework.Host.Plugins;

/// <summary>The plugins that were found, and everything that experiments can name.</summary>
/// <param name="Loaded">Those in use, in the order of their registration.</param>
/// <param name="Refused">Those that cannot be used, and why.</param>
/// <param name="Components">Core's components and those of the loaded plugins.</param>
internal sealed record PluginCatalog(
    IReadOnlyList<LoadedPlugin> Loaded, IReadOnlyList<RefusedPlugin> Refused, ComponentCatalog Components)
{
    /// <summary>
    /// Registers Core, then every plugin of the roots that works. One that does not leaves nothing behind and the others usable.
    /// </summary>
    /// <param name="roots">From <see cref="PluginRoots.From"/>; of two plugins that claim one name, the first has it.</param>
    /// <param name="services">Gets what they register.</param>
    /// <param name="locked">What the plugins must be, down to the byte; anything where absent.</param>
    public static PluginCatalog Load(IEnumerable<string> roots, IServiceCollection services, PluginLock? locked = null)
    {
        var (loaded, refused) = (new List<LoadedPlugin>(), new List<RefusedPlugin>());
        var own = new ServiceCollection();
        new BuiltInComponents().Register(own);
        var components = ComponentCatalog.Empty.With(ComponentCatalog.Core, own);
        AddAll(services, own);

        var shared = new SharedAssemblies();
        var (gate, activation) = (new PluginGate(shared), new PluginActivation(shared));
        foreach (var folder in PluginRoots.PluginFolders(roots))
        {
            try
            {
                var candidate = gate.Inspect(folder);
                if (IsLoaded(candidate, folder, loaded))
                {
                    continue;
                }

                var copy = locked?.CopyOf(candidate.Name, folder);
                if (copy is not null)
                {
                    var name = Path.GetFileName(candidate.File);
                    candidate = candidate with { File = PluginRoots.MainAssembly(copy.Folder), Sha256 = copy.Files[name] };
                }

                var (version, registered) = activation.Activate(candidate);
                components = components.With(candidate.Name, registered);
                AddAll(services, registered);
                loaded.Add(new LoadedPlugin(candidate.Name, version, folder, candidate.Sha256)
                {
                    Contract = candidate.Contract,
                    Copy = copy?.Folder,
                    Warning = copy is null ? PluginAccess.WarningOf(folder) : null,
                });
            }
            catch (ExperimentException refusal)
            {
                refused.Add(new RefusedPlugin(folder, refusal.Message));
            }
        }

        return new PluginCatalog(loaded, refused, components);
    }

    private static bool IsLoaded(PluginCandidate candidate, string folder, List<LoadedPlugin> loaded) =>
        loaded.Find(plugin => plugin.Name == candidate.Name) is { } first
        && (first.Sha256 == candidate.Sha256 || PluginRoots.IsBundled(folder)
            ? true // the same build in two places, or one that was named in the place of what comes with the program
            : throw new ExperimentException(
                FailureKind.Plugin,
                $"Plugin {candidate.Name} lies in {first.Folder} and, as another build, in {folder}; the first is used: "
                + "remove one of them."));

    private static void AddAll(IServiceCollection services, IServiceCollection more)
    {
        foreach (var service in more)
        {
            services.Add(service);
        }
    }
}
