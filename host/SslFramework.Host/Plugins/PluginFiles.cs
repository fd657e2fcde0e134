using System.IO.Enumeration;

namespace SslFramework.Host.Plugins;

/// <summary>
/// The files in a plugin's folder. A link in it would lead to code that nobody looked at, or round in a circle; a pipe or a
/// device has no end.
/// </summary>
internal static class PluginFiles
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <summary>Paths relative to the folder, with <c>/</c> between their parts, in ordinal order.</summary>
    /// <exception cref="ExperimentException">There is a link, or something that is neither a file nor a folder.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> Of(string folder) =>
    [
        .. EntriesOf(folder)
            .Where(entry => !entry.IsFolder)
            .Select(entry => Path.GetRelativePath(folder, entry.Path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Files and folders below a plugin's folder, by full path.</summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static IEnumerable<(string Path, bool IsFolder)> EntriesOf(string folder)
    {
        var entries = new FileSystemEnumerable<(string Path, bool IsFolder, bool IsLink)>(folder, Describe, Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(entry),
        };
        foreach (var (path, isFolder, isLink) in entries)
        {
            if (isLink)
            {
                throw Refused(folder, $"the link {Path.GetRelativePath(folder, path)}, behind which other files can appear at any time; "
                    + "put a copy of what it leads to in its place");
            }

            if (!OperatingSystem.IsWindows() && FileStatus.Of(path) is not { IsSpecial: false })
            {
                throw Refused(folder, $"{Path.GetRelativePath(folder, path)}, which is neither a file nor a folder; delete it");
            }

            yield return (path, isFolder);
        }
    }

    private static (string Path, bool IsFolder, bool IsLink) Describe(ref FileSystemEntry entry) =>
        (entry.ToFullPath(), entry.IsDirectory, IsLink(entry));

    private static bool IsLink(in FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static ExperimentException Refused(string folder, string what) =>
        new(FailureKind.Plugin, $"The plugin folder {folder} holds {what}.");
}
