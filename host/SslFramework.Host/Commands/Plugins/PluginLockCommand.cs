using System.CommandLine;
using SslFramework.Host.Commands.Arguments;
using SslFramework.Host.Machine;
using SslFramework.Host.Plugins;
using SslFramework.Host.Terminal;

namespace SslFramework.Host.Commands.Plugins;

/// <summary><c>ssl plugin lock</c>: writes down what plugins must be from now on.</summary>
internal sealed class PluginLockCommand : GuardedCommand
{
    private readonly Option<string?> output = SharedOptions.Output($"The lock file; {PluginLock.FileName} where absent", "file", "--out");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly PluginArguments plugins = new();

    public PluginLockCommand()
        : base(
            "lock",
            "Write down the SHA-256 of every file of every plugin, for --locked.",
            "ssl plugin lock --output plugins.lock.json") => Takes([output, force, .. plugins.All]);

    protected override ExitCode Run(ParseResult parsed)
    {
        var file = parsed.GetValue(output) ?? PluginLock.FileName;
        OutputFolder.EnsureNew(parsed.GetValue(force), "the lock", file);
        var found = plugins.Load(parsed).Plugins;
        if (found.Refused.Count > 0)
        {
            throw new ExperimentException(
                FailureKind.Plugin,
                $"{file} was not written: {found.Refused.Count} plugins cannot be used, so that no command could keep to it; "
                + "repair or remove them, as the warnings say.");
        }

        PluginLock.Of(found.Loaded).Write(file);
        ResultConsole.WriteLine($"{file}: {found.Loaded.Count} plugins. Use it with --locked {file}");
        return ExitCode.Success;
    }
}
