using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Configuration;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;

namespace SslFramework.Host.Commands.Plugins;

/// <summary><c>ssl plugin verify</c>: loads plugins and their default options.</summary>
internal sealed class PluginVerifyCommand : GuardedCommand
{
    private readonly Argument<string[]> folders = new("folder")
    {
        Description = "Folders of plugins, or of one; all that are installed where absent",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> locked = PluginArguments.LockFile();

    public PluginVerifyCommand()
        : base(
            "verify",
            "Load plugins and their default options; exit code 5 where one cannot be used.",
            "ssl plugin verify my-plugins/MyMethod") => Takes(folders, locked);

    protected override ExitCode Run(ParseResult parsed)
    {
        var named = parsed.GetValue(folders)!;
        if (named.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
        {
            var hint = NearestPath.Hint(missing, "name one of plugins, or of one.");
            throw new ExperimentException(FailureKind.Plugin, $"There is no folder '{missing}'; {hint}");
        }

        var plugins = Installation.Load(named, parsed.GetValue(locked)).Plugins;
        if (named.FirstOrDefault(folder => !PluginRoots.PluginFolders([folder]).Any()) is { } empty)
        {
            var example = Path.Combine(empty, "MyMethod", "MyMethod.dll");
            throw new ExperimentException(
                FailureKind.Plugin, $"There is no plugin in '{empty}'; each lies in a folder of its name, as '{example}' would.");
        }

        PluginList.Print(plugins);
        var (refused, all) = (plugins.Refused.Count, plugins.Refused.Count + plugins.Loaded.Count);
        return refused == 0 ? ExitCode.Success : throw new ExperimentException(
            FailureKind.Plugin, $"{refused} of {all} plugins cannot be used; the warnings say why.");
    }
}
