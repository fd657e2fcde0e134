namespace SslFramework.Host.Configuration;

/// <summary>A file or folder that exists and is spelled nearly like one that does not.</summary>
internal static class NearestPath
{
    private const int LookedAt = 10_000; // entries of a folder: it may hold a million images

    /// <summary>Each part of a path that does not exist becomes the nearest one that does; null where one has none near.</summary>
    /// <param name="path">What was named.</param>
    /// <param name="extension">Of the files that may be meant, which a person may leave out; files and folders where absent.</param>
    public static string? To(string path, string? extension = null)
    {
        try
        {
            return Corrected(path, extension);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>"did you mean …?", or what to do where nothing is near.</summary>
    public static string Hint(string path, string otherwise) => To(path) is { } near ? $"did you mean '{near}'?" : otherwise;

    private static string? Corrected(string path, string? extension)
    {
        var found = Path.GetPathRoot(path) ?? "";
        var parts = path[found.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var part = isLast && extension is not null && !Path.HasExtension(parts[i]) ? parts[i] + extension : parts[i];
            if (!Path.Exists(Path.Combine(found, part)))
            {
                var folder = found.Length == 0 ? "." : found;
                var there = !isLast ? Directory.EnumerateDirectories(folder)
                    : extension is null ? Directory.EnumerateFileSystemEntries(folder) : Directory.EnumerateFiles(folder, "*" + extension);
                var names = there.Take(LookedAt).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal);
                if (Nearest.To(part, [.. names]) is not { } nearest)
                {
                    return null;
                }

                part = nearest;
            }

            found = Path.Combine(found, part);
        }

        return parts.Length > 0 && (extension is null ? Path.Exists(found) : File.Exists(found)) ? found : null;
    }
}
