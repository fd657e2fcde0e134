using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Diagnosis;

/// <summary>Looks at everything that training needs, from the runtime up. One thing that fails does not hide the next.</summary>
/// <param name="pluginFolders">Further folders of plugins.</param>
/// <param name="runs">The folder of all runs; it need not exist.</param>
/// <param name="lockFile">What the plugins must be; anything where absent.</param>
internal sealed class Examination(IReadOnlyList<string> pluginFolders, string runs, string? lockFile = null)
{
    private readonly string natives = AppContext.BaseDirectory;

    /// <summary>One finding after the other, as they are made.</summary>
    public IEnumerable<Finding> Run()
    {
        var looks = Guarded("runtime", RuntimeState.Look)
            .Concat(Guarded("processor", ProcessorState.Look))
            .Concat(Guarded("memory", MemoryState.Look));
        foreach (var finding in looks)
        {
            yield return finding;
        }

        foreach (var finding in Guarded("disk", () => new DiskState(runs).Look()))
        {
            yield return finding;
        }

        var torchLoads = true;
        foreach (var finding in Guarded("torch", () => NativeLibraries.Look(natives)))
        {
            torchLoads &= finding.Health != Health.Bad;
            yield return finding;
        }

        foreach (var finding in torchLoads ? Guarded("torch", ConvolutionState.Look) : [])
        {
            yield return finding;
        }

        foreach (var finding in Guarded("images", ImageDecoding.Look).Concat(Guarded("plugins", Plugins)))
        {
            yield return finding;
        }

        foreach (var finding in torchLoads
            ? Guarded("training", () => [TinyTraining.Try(pluginFolders, lockFile)])
            : [new Finding("training", Health.Notice, "not tried: the tensor library does not load")])
        {
            yield return finding;
        }
    }

    private IEnumerable<Finding> Plugins()
    {
        var roots = PluginRoots.From(pluginFolders, Environment.GetEnvironmentVariable(PluginRoots.Variable));
        var locked = lockFile is null ? null : PluginLock.Read(lockFile);
        var plugins = PluginCatalog.Load(roots, new Microsoft.Extensions.DependencyInjection.ServiceCollection(), locked);
        yield return plugins.Loaded.Count == 0 && plugins.Refused.Count == 0
            ? new("plugins", Health.Notice, "none were found", "Build the host with its plugins, "
                + $"or name a folder with --plugins or {PluginRoots.Variable}.")
            : new("plugins", Health.Good, $"{plugins.Loaded.Count} in use: "
                + $"{string.Join(", ", plugins.Loaded.Select(plugin => plugin.Name))}");
        foreach (var refused in plugins.Refused)
        {
            yield return new("plugins", Health.Bad, refused.Sentence);
        }

        if (locked is not null && plugins.Refused.Count == 0 && locked.MissingFrom(plugins.Loaded) is { Count: > 0 } missing)
        {
            yield return new("plugins", Health.Bad, $"{lockFile} names {string.Join(", ", missing)}, which no folder of plugins has.");
        }

        foreach (var plugin in plugins.Loaded.Where(plugin => plugin.Warning is not null))
        {
            yield return new("plugins", Health.Notice, $"{plugin.Name}: {plugin.Warning}");
        }
    }

    private static IReadOnlyList<Finding> Guarded(string subject, Func<IEnumerable<Finding>> look)
    {
        try
        {
            return [.. look()];
        }
        catch (Exception error)
        {
            return [new Finding(subject, Health.Bad, Failure.Explain(error).Sentence)];
        }
    }
}
