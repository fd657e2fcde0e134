using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;
using SslFramework.Host.Components;

namespace SslFramework.Host.Plugins;

/// <summary>Runs a plugin's code for the first time: load, construct, register, make default options.</summary>
internal sealed class PluginActivation(SharedAssemblies shared)
{
    private static readonly Dictionary<(string File, string Sha256), Assembly> Assemblies = [];

    /// <summary>Loads a plugin that passed the gate and lets it register into a collection of its own.</summary>
    /// <exception cref="ExperimentException">The plugin failed; the sentence names the phase and what it threw.</exception>
    public (string Version, IServiceCollection Services) Activate(PluginCandidate candidate)
    {
        var assembly = During(candidate, "being loaded", () => Load(candidate));
        var entry = During(candidate, "its constructor", () => Construct(assembly, candidate.EntryType));

        // What a plugin registers before it fails, or does to what others registered, goes no further than this.
        var services = new ServiceCollection();
        During(candidate, "Register", () =>
        {
            entry.Register(services);
            return true;
        });

        RefusePrivateCopies(candidate, assembly);
        RefuseBadOptions(candidate, services);
        return (VersionOf(assembly), services);
    }

    private static T During<T>(PluginCandidate candidate, string phase, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception error)
        {
            const StringSplitOptions Plain = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            var isWrapped = error is TypeInitializationException or TargetInvocationException;
            var cause = isWrapped && error.InnerException is { } inner ? inner : error;
            var sentence = string.Join(' ', cause.Message.Split('\n', Plain));
            throw new ExperimentException(
                FailureKind.Plugin,
                $"Plugin {candidate.Name} failed in {phase} with {cause.GetType().Name}: {sentence}",
                error);
        }
    }

    /// <summary>
    /// The loader is not disposed and never unloads: code that touched torch stays for the life of the process. A build that this
    /// process has loaded is not loaded again: its types stay one, as does what was compiled of them.
    /// </summary>
    private Assembly Load(PluginCandidate candidate)
    {
        lock (Assemblies)
        {
            return Assemblies.TryGetValue((candidate.File, candidate.Sha256), out var loaded)
                ? loaded
                : Assemblies[(candidate.File, candidate.Sha256)] = Load(candidate.File);
        }
    }

    private Assembly Load(string file)
    {
        var loader = PluginLoader.CreateFromAssemblyFile(file, config =>
        {
            config.IsUnloadable = false;
            config.IsLazyLoaded = true; // the closure of references is in the list already
            foreach (var name in shared.Names)
            {
                config.SharedAssemblies.Add(name);
            }
        });
        return loader.LoadDefaultAssembly();
    }

    private const BindingFlags Visible = BindingFlags.Public | BindingFlags.Instance;

    private static IPlugin Construct(Assembly assembly, string entryType) => (IPlugin)Activator.CreateInstance(
        assembly.GetType(entryType, throwOnError: true)!, Visible | BindingFlags.DoNotWrapExceptions, null, null, null)!;

    private void RefusePrivateCopies(PluginCandidate candidate, Assembly assembly)
    {
        var own = AssemblyLoadContext.GetLoadContext(assembly)!.Assemblies
            .Select(loaded => loaded.GetName())
            .FirstOrDefault(name => shared.Contains(name.Name!));
        if (own is not null)
        {
            throw new ExperimentException(
                FailureKind.Plugin,
                $"Plugin {candidate.Name} loaded {own.Name} {own.Version} of its own instead of the host's {shared.VersionOf(own.Name!)}; "
                + "rebuild it and the libraries that it brings against the host's version.");
        }
    }

    private static void RefuseBadOptions(PluginCandidate candidate, ServiceCollection services)
    {
        foreach (var component in services.Select(service => service.ImplementationInstance).OfType<ComponentDescriptor>())
        {
            if (During(candidate, $"the options of \"{component.Name}\"", () => OptionsCheck.ProblemOf(component)) is { } problem)
            {
                throw new ExperimentException(
                    FailureKind.Plugin,
                    $"Plugin {candidate.Name} registers \"{component.Name}\" with options that no experiment can set: {problem}.");
            }
        }
    }

    private static string VersionOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version!.ToString();
        return version.Split('+')[0]; // without the commit: the hash says more
    }
}
