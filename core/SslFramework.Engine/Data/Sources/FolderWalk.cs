using System.IO.Enumeration;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>
/// Walks a folder to any depth. Hidden files and folders are ignored. Links to files and folders are followed, except for
/// links to a folder that contains them. Only regular files are opened.
/// </summary>
internal sealed class FolderWalk
{
    private readonly string root;
    private readonly Func<string, string, bool> isWanted;
    private readonly List<string> above = []; // the folders around the one that is listed, by their true paths

    private FolderWalk(string root, Func<string, string, bool> isWanted) => (this.root, this.isWanted) = (root, isWanted);

    /// <summary>The wanted files, relative to the folder with '/' between names, in ordinal order.</summary>
    public List<string> Files { get; } = [];

    /// <summary>All folders, relative and with '/' at the end, and when they changed.</summary>
    public List<(string Path, DateTime Changed)> Folders { get; } = [];

    /// <summary>Counts what else is there.</summary>
    public LeftOut LeftOut { get; } = new();

    /// <summary>Walks a folder.</summary>
    /// <param name="folder">The folder to walk.</param>
    /// <param name="isWanted">Decides by a regular file's name and path whether it counts.</param>
    /// <exception cref="IOException">The folder itself is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder itself may not be read.</exception>
    public static FolderWalk Of(string folder, Func<string, string, bool> isWanted)
    {
        var walk = new FolderWalk(Path.GetFullPath(folder), isWanted);
        walk.Enter("", FileState.TruePath(walk.root));
        walk.Files.Sort(StringComparer.Ordinal);
        return walk;
    }

    /// <summary>When a folder changed; for a link, its target.</summary>
    public static DateTime Changed(string folder)
    {
        var place = new DirectoryInfo(Path.TrimEndingDirectorySeparator(folder));
        return (place.ResolveLinkTarget(returnFinalTarget: true) ?? place).LastWriteTimeUtc;
    }

    private void Enter(string folder, string truePath)
    {
        var place = Path.Combine(root, folder);
        var changed = Changed(place); // before it is listed, so that a later change shows
        foreach (var entry in List(place))
        {
            var path = folder + entry.Name;
            if ((entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0)
            {
                LeftOut.Hidden(path);
            }
            else if ((entry.Attributes & FileAttributes.ReparsePoint) != 0)
            {
                Follow(path, entry.Name, truePath);
            }
            else if (entry.IsFolder)
            {
                TryEnter(path, Path.Combine(truePath, entry.Name), truePath);
            }
            else if (entry.Length == 0 && FileState.KindOf(Path.Combine(root, path)) == PathKind.Special) // those have no length
            {
                LeftOut.Special(path);
            }
            else
            {
                AddIfWanted(path, entry.Name);
            }
        }

        Folders.Add((folder, changed));
    }

    private void Follow(string path, string name, string truePath)
    {
        var place = Path.Combine(root, path);
        switch (FileState.KindOf(place))
        {
            case PathKind.Folder:
                var target = FileState.TruePath(place);
                var inside = target.TrimEnd('/') + '/';
                if (above.Append(truePath).Any(known => known == target || known.StartsWith(inside, StringComparison.Ordinal)))
                {
                    LeftOut.Loop(path);
                    return;
                }

                LeftOut.Followed(isFolder: true);
                TryEnter(path, target, truePath);
                break;
            case PathKind.File when AddIfWanted(path, name):
                LeftOut.Followed(isFolder: false);
                break;
            case PathKind.Special:
                LeftOut.Special(path);
                break;
            case PathKind.Nothing:
                LeftOut.BrokenLink(path);
                break;
        }
    }

    private void TryEnter(string path, string truePath, string from)
    {
        var files = Files.Count;
        above.Add(from);
        try
        {
            Enter(path + '/', truePath);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            Files.RemoveRange(files, Files.Count - files);
            LeftOut.Unreadable(path);
        }
        finally
        {
            above.RemoveAt(above.Count - 1);
        }
    }

    private bool AddIfWanted(string path, string name)
    {
        var place = Path.Combine(root, path);
        if (!FileState.MayRead(place))
        {
            LeftOut.Unreadable(path);
        }
        else if (isWanted(name, place))
        {
            Files.Add(path);
            return true;
        }
        else
        {
            LeftOut.Other(name);
        }

        return false;
    }

    private static IEnumerable<Entry> List(string place) => new FileSystemEnumerable<Entry>(
        place,
        (ref entry) => new Entry(entry.FileName.ToString(), entry.Attributes, entry.IsDirectory, entry.IsDirectory ? 0 : entry.Length),
        new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }).OrderBy(entry => entry.Name, StringComparer.Ordinal);

    private readonly record struct Entry(string Name, FileAttributes Attributes, bool IsFolder, long Length);
}
