using System.IO.Enumeration;

namespace SslFramework.Core.Data;

/// <summary>Finds the images in a folder. Links and hidden files are left out, and nothing but regular files is opened.</summary>
internal static class ImageFiles
{
    private const FileAttributes Skipped = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Paths relative to the folder with '/' between names, in ordinal order, and all folders with their times.</summary>
    /// <exception cref="ExperimentException">The folder is missing or cannot be read, or there is no image in it.</exception>
    public static (string[] Files, IReadOnlyList<(string Path, DateTime Changed)> Folders) Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException(
                ExitCode.Data, $"The folder of images '{folder}' does not exist; correct its path, or put the images there.");
        }

        try
        {
            // A folder's time is taken before it is listed: what changes later shows.
            var folders = new List<(string, DateTime)> { ("", Directory.GetLastWriteTimeUtc(folder)) };
            var files = new List<string>();
            foreach (var (path, changed) in List(folder, Skipped, (ref entry) => entry.IsDirectory || IsImage(ref entry)))
            {
                if (changed is { } time)
                {
                    folders.Add((path, time));
                }
                else
                {
                    files.Add(path);
                }
            }

            files.Sort(StringComparer.Ordinal);
            return files.Count > 0
                ? ([.. files], folders)
                : throw new ExperimentException(ExitCode.Data, $"The folder '{folder}' holds no image, {Instead(folder)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The folder of images '{folder}' cannot be read: {e.Message}", e);
        }
    }

    // Relative paths, and the times of folders.
    private static FileSystemEnumerable<(string Path, DateTime? Changed)> List(
        string folder, FileAttributes skipped, FileSystemEnumerable<(string, DateTime?)>.FindPredicate include)
    {
        var root = Path.GetFullPath(folder);
        return new FileSystemEnumerable<(string, DateTime?)>(
            root,
            (ref entry) => (
                Path.GetRelativePath(root, entry.ToFullPath()).Replace('\\', '/'),
                entry.IsDirectory ? entry.LastWriteTimeUtc.UtcDateTime : null),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = skipped })
        {
            ShouldIncludePredicate = include,
            ShouldRecursePredicate = (ref entry) => (entry.Attributes & Skipped) == 0,
        };
    }

    // A usual extension is believed, to spare opening a million files here; others are known by their first bytes.
    // Pipes and devices have no length, and opening one could wait for ever.
    private static bool IsImage(ref FileSystemEntry entry) =>
        HasImageName(entry.FileName) || (entry.Length > 0 && LooksLikeImage(entry.ToFullPath()));

    /// <summary>Whether a file has the extension of an image.</summary>
    public static bool HasImageName(ReadOnlySpan<char> name)
    {
        var extension = Path.GetExtension(name);
        foreach (var known in Extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool LooksLikeImage(string path)
    {
        Span<byte> head = stackalloc byte[12];
        using var file = File.OpenHandle(path);
        head = head[..RandomAccess.Read(file, head, 0)];
        return head.StartsWith<byte>([0xFF, 0xD8, 0xFF])
            || head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            || head.StartsWith("GIF87a"u8)
            || head.StartsWith("GIF89a"u8)
            || (head.Length == 12 && head.StartsWith("RIFF"u8) && head[8..].SequenceEqual("WEBP"u8));
    }

    private static string Instead(string folder)
    {
        var found = List(folder, 0, (ref entry) => !entry.IsDirectory).Select(entry => entry.Path).ToArray();
        var links = found.Count(file => new FileInfo(Path.Combine(folder, file)).LinkTarget is not null);
        var kinds = found.Select(Path.GetExtension)
            .GroupBy(extension => extension, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(3)
            .Select(group => $"{group.Count()} {(group.Key is "" or null ? "without extension" : group.Key)}");
        return found.Length == 0 ? "nor any other file; name another one"
            : $"but {found.Length} other file{(found.Length == 1 ? "" : "s")} ({string.Join(", ", kinds)})"
                + (links > 0 ? $", {links} of them links, which are not followed" : "")
                + "; JPEG, PNG, WebP, BMP and GIF are known";
    }
}
