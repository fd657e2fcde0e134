using System.CommandLine;
using System.Text.Json.Nodes;
using SslFramework.Host.Configuration;
using SslFramework.Host.Failures;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands;

/// <summary><c>ssl plugin list|verify|lock</c>: which plugins there are, whether they work, and what they must be from now on.</summary>
internal static class PluginCommand
{
    public static Command Define() => new("plugin", "List plugins, verify them, or lock them to what they are now.")
    {
        List(), Verify(), Lock(),
    };

    private static ExampledCommand List()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs" };
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "list",
            "List the plugins that were found, and why some cannot be used.",
            "ssl plugin list --plugins my-plugins") { json, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(AsJson(installation.Plugins).ToJsonString(new() { WriteIndented = true }));
                }
                else
                {
                    PluginList.Print(installation.Plugins);
                }

                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static ExampledCommand Verify()
    {
        var folders = new Argument<string[]>("folder") { Description = "Folders of plugins, or of one; all that are installed where absent", Arity = ArgumentArity.ZeroOrMore };
        var (locked, trace) = (SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "verify",
            "Load plugins and their default options; exit code 5 where one cannot be used.",
            "ssl plugin verify my-plugins/MyMethod") { folders, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var named = parsed.GetValue(folders)!;
                if (named.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
                {
                    throw new ExperimentException(FailureKind.Plugin, $"There is no folder '{missing}'; {NearestPath.Hint(missing, "name one of plugins, or of one.")}");
                }

                var plugins = Installation.Load(named, parsed.GetValue(locked)).Plugins;
                if (named.FirstOrDefault(folder => !PluginRoots.PluginFolders([folder]).Any()) is { } empty)
                {
                    throw new ExperimentException(FailureKind.Plugin, $"There is no plugin in '{empty}'; each lies in a folder of its name, as '{Path.Combine(empty, "MyMethod", "MyMethod.dll")}' would.");
                }

                PluginList.Print(plugins);
                return plugins.Refused.Count == 0 ? ExitCode.Success : throw new ExperimentException(
                    FailureKind.Plugin, $"{plugins.Refused.Count} of {plugins.Refused.Count + plugins.Loaded.Count} plugins cannot be used; the warnings say why.");
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static ExampledCommand Lock()
    {
        var (output, force) = (SharedOptions.Output($"The lock file; {PluginLock.FileName} where absent", "file", "--out"), SharedOptions.Force());
        var (plugins, locked, trace) = (SharedOptions.Plugins(), SharedOptions.Locked(), SharedOptions.Trace());
        var command = new ExampledCommand(
            "lock",
            "Write down the SHA-256 of every file of every plugin, for --locked.",
            "ssl plugin lock --output plugins.lock.json") { output, force, plugins, locked, trace };
        command.SetAction(parsed => Failure.Guarded(
            () =>
            {
                var file = parsed.GetValue(output) ?? PluginLock.FileName;
                OutputFolder.EnsureNew(parsed.GetValue(force), "the lock", file);
                var installation = Installation.Load(parsed.GetValue(plugins)!, parsed.GetValue(locked));
                if (installation.Plugins.Refused.Count > 0)
                {
                    throw new ExperimentException(
                        FailureKind.Plugin,
                        $"{file} was not written: {installation.Plugins.Refused.Count} plugins cannot be used, so that no command could keep to it; repair or remove them, as the warnings say.");
                }

                PluginLock.Of(installation.Plugins.Loaded).Write(file);
                ResultConsole.WriteLine($"{file}: {installation.Plugins.Loaded.Count} plugins. Use it with --locked {file}");
                return ExitCode.Success;
            },
            parsed.GetValue(trace)));
        return command;
    }

    private static JsonObject AsJson(PluginCatalog plugins) => new()
    {
        ["loaded"] = new JsonArray([.. plugins.Loaded.Select(plugin => (JsonNode)new JsonObject
        {
            ["name"] = plugin.Name,
            ["version"] = plugin.Version,
            ["builtFor"] = plugin.Contract,
            ["folder"] = plugin.Folder,
            ["sha256"] = plugin.Sha256,
            ["warning"] = plugin.Warning,
            ["components"] = new JsonArray([.. plugins.Components.Components
                .Where(component => component.Plugin == plugin.Name)
                .Select(component => (JsonNode)component.Descriptor.Name)]),
        })]),
        ["refused"] = new JsonArray([.. plugins.Refused.Select(refused => (JsonNode)new JsonObject { ["folder"] = refused.Folder, ["reason"] = refused.Sentence })]),
    };
}
