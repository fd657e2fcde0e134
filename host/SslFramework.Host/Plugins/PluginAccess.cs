using System.Runtime.Versioning;

namespace SslFramework.Host.Plugins;

/// <summary>Who can change a plugin's code. It runs with all rights of whoever trains.</summary>
internal static class PluginAccess
{
    /// <summary>A warning where every user of the machine can, else null. Windows' access lists are not looked at.</summary>
    public static string? WarningOf(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        return WritableByAll(folder) is { } open
            ? $"every user of this machine can change {open}, whose code runs with your rights; take it back with 'chmod -R o-w {open}'."
            : null;
    }

    [UnsupportedOSPlatform("windows")]
    private static string? WritableByAll(string folder)
    {
        // Without the sticky bit anybody may put another folder in this one's place.
        var parent = Path.GetDirectoryName(folder)!;
        if ((File.GetUnixFileMode(parent) & (UnixFileMode.OtherWrite | UnixFileMode.StickyBit)) == UnixFileMode.OtherWrite)
        {
            return parent;
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            if (Path.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherWrite) != 0) // a link may lead nowhere
            {
                return path;
            }
        }

        return null;
    }
}
