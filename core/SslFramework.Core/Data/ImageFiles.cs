using System.IO.Enumeration;

namespace SslFramework.Core.Data;

/// <summary>Finds the images in a folder. Links and hidden files are left out, and nothing but regular files is opened.</summary>
internal static class ImageFiles
{
    private const FileAttributes Skipped = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Paths relative to the folder with '/' between names, in ordinal order.</summary>
    /// <exception cref="ExperimentException">The folder is missing or cannot be read, or there is no image in it.</exception>
    public static string[] Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ExperimentException(
                ExitCode.Data, $"The folder of images '{folder}' does not exist; correct its path in \"data\", or put the images there.");
        }

        try
        {
            var files = List(folder, Skipped, IsImage).ToArray();
            Array.Sort(files, StringComparer.Ordinal);
            return files.Length > 0
                ? files
                : throw new ExperimentException(ExitCode.Data, $"The folder '{folder}' holds no image, {Instead(folder)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The folder of images '{folder}' cannot be read: {e.Message}", e);
        }
    }

    private static FileSystemEnumerable<string> List(
        string folder, FileAttributes skipped, FileSystemEnumerable<string>.FindPredicate include)
    {
        var root = Path.GetFullPath(folder);
        return new FileSystemEnumerable<string>(
            root,
            (ref entry) => Path.GetRelativePath(root, entry.ToFullPath()).Replace('\\', '/'),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = skipped })
        {
            ShouldIncludePredicate = include,
            ShouldRecursePredicate = (ref entry) => (entry.Attributes & Skipped) == 0,
        };
    }

    // A usual extension is believed, to spare opening a million files here; others are known by their first bytes.
    // Pipes and devices have no length, and opening one could wait for ever.
    private static bool IsImage(ref FileSystemEntry entry)
    {
        if (entry.IsDirectory)
        {
            return false;
        }

        var extension = Path.GetExtension(entry.FileName);
        foreach (var known in Extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return entry.Length > 0 && LooksLikeImage(entry.ToFullPath());
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
        var found = List(folder, 0, (ref entry) => !entry.IsDirectory).ToArray();
        var links = found.Count(file => new FileInfo(Path.Combine(folder, file)).LinkTarget is not null);
        var kinds = found.Select(Path.GetExtension)
            .GroupBy(extension => extension, StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(3)
            .Select(group => $"{group.Count()} {(group.Key is "" or null ? "without extension" : group.Key)}");
        return found.Length == 0 ? "nor any other file; correct \"path\" in \"data\""
            : $"but {found.Length} other file{(found.Length == 1 ? "" : "s")} ({string.Join(", ", kinds)})"
                + (links > 0 ? $", {links} of them links, which are not followed" : "")
                + "; JPEG, PNG, WebP, BMP and GIF are known";
    }
}
