using System.Runtime.Versioning;

namespace SslFramework.Host.Plugins;

/// <summary>
/// Who can change a plugin's code, which runs with all rights of whoever trains. As for the keys of sshd, its files and every
/// folder above them should belong to that user or to root, and nobody else should have the right to write.
/// </summary>
internal static class PluginAccess
{
    /// <summary>A warning if somebody else can, otherwise null. Windows' access lists are not looked at.</summary>
    /// <param name="folder">
    /// The plugin's folder. Whoever can change one that comes with the program, or a folder above the program, can change the program too:
    /// nothing is said of those.
    /// </param>
    public static string? WarningOf(string folder) =>
        OperatingSystem.IsWindows() || PluginRoots.IsBundled(folder) ? null : FirstProblem(folder);

    [UnsupportedOSPlatform("windows")]
    private static string? FirstProblem(string folder)
    {
        var above = Above(folder, []).Except(Above(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), [])).ToArray();
        var inside = PluginFiles.EntriesOf(folder).Select(entry => entry.Path).Prepend(folder);
        return above.Select(path => Problem(path, mayBeSticky: true, recursive: path == Path.GetDirectoryName(folder)))
            .Concat(inside.Select(path => Problem(path, mayBeSticky: false, recursive: true)))
            .FirstOrDefault(problem => problem is not null);
    }

    /// <summary>
    /// The folders that a path leads through up to the root, the nearest first; those that links among them lead through as well.
    /// </summary>
    private static IEnumerable<string> Above(string path, HashSet<string> seen)
    {
        for (var folder = path; folder is not null && seen.Add(folder); folder = Path.GetDirectoryName(folder))
        {
            if (folder != path)
            {
                yield return folder;
            }

            if (Directory.ResolveLinkTarget(folder, returnFinalTarget: false) is { } target)
            {
                foreach (var further in Above(target.FullName, seen).Prepend(target.FullName))
                {
                    yield return further;
                }
            }
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static string? Problem(string path, bool mayBeSticky, bool recursive)
    {
        if (FileStatus.Of(path) is not var (permissions, owner, _))
        {
            return null;
        }

        var option = recursive ? "-R " : "";
        if (owner is not (null or 0) && owner != FileStatus.CurrentUser)
        {
            return $"user {owner} owns {path} and can change code that runs with your rights; "
                + (recursive ? $"take it over with 'chown -R $(id -un) {path}'." : "keep plugins in a folder of your own.");
        }

        // In a sticky folder nobody can put another folder in the place of one's own.
        var (all, group) = ((permissions & UnixFileMode.OtherWrite) != 0, (permissions & UnixFileMode.GroupWrite) != 0);
        return (!all && !group) || (mayBeSticky && (permissions & UnixFileMode.StickyBit) != 0)
            ? null
            : $"every {(all ? "user of this machine" : "member of its group")} can change {path}, whose code runs with your rights; "
                + $"take it back with 'chmod {option}{(group ? "g" : "")}{(all ? "o" : "")}-w {path}'.";
    }
}
