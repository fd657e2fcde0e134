using System.CommandLine;

namespace SslFramework.Host.Commands.Plugins;

/// <summary><c>ssl plugin list|verify|lock</c>: which plugins there are, whether they work, and what they must be from now on.</summary>
internal static class PluginCommand
{
    public static Command Define() => new("plugin", "List plugins, verify them, or lock them to what they are now.")
    {
        new PluginListCommand(), new PluginVerifyCommand(), new PluginLockCommand(),
    };
}
