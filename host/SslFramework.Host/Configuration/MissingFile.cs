namespace SslFramework.Host.Configuration;

/// <summary>A path where a file should be and is none: what is there, and which file may be meant.</summary>
internal static class MissingFile
{
    private const string Extension = ".json";
    private const int LookedAt = 1000; // entries of a folder: it may hold a million images

    /// <summary>What is wrong with a path, and the remedy.</summary>
    /// <param name="path">No file.</param>
    /// <param name="kind">What it should be.</param>
    public static string Sentence(string path, FileKind kind) => Directory.Exists(path) ? OfFolder(path, kind)
        : $"There is no {kind.Name} \"{path}\"{(Near(path, kind) is { } near ? $"; did you mean \"{near}\"?" : $"; name a file, such as {kind.Example}.")}";

    /// <summary>The file that is spelled nearly like a path, there or among those that ship; or null.</summary>
    public static string? Near(string path, FileKind kind)
    {
        try
        {
            return Corrected(path) ?? (Path.GetFileName(path) == path ? Corrected(Path.Combine(Path.GetDirectoryName(kind.Example)!, path)) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Each part of a path that does not exist becomes the nearest one that does.</summary>
    private static string? Corrected(string path)
    {
        var found = Path.GetPathRoot(path) ?? "";
        var parts = path[found.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var part = isLast && !Path.HasExtension(parts[i]) ? parts[i] + Extension : parts[i];
            if (!Path.Exists(Path.Combine(found, part)))
            {
                var folder = found.Length == 0 ? "." : found;
                var there = isLast ? Directory.EnumerateFiles(folder, "*" + Extension) : Directory.EnumerateDirectories(folder);
                if (Nearest.To(part, [.. there.Take(LookedAt).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)]) is not { } nearest)
                {
                    return null;
                }

                part = nearest;
            }

            found = Path.Combine(found, part);
        }

        return File.Exists(found) ? found : null;
    }

    private static string OfFolder(string path, FileKind kind)
    {
        var own = Path.Combine(path, "experiment.json");
        if (File.Exists(own) && File.Exists(Path.Combine(path, "run.json")))
        {
            return $"\"{path}\" is the folder of a run, which 'ssl evaluate', 'ssl embed', 'ssl export', 'ssl report' and 'ssl compare' take; name {kind.Named} file here, such as "
                + (kind == FileKind.Experiment ? $"\"{own}\", which made it." : $"{kind.Example}.");
        }

        var inside = Directory.EnumerateFiles(path, "*" + Extension).Take(LookedAt).Order(StringComparer.Ordinal)
            .FirstOrDefault(file => ConfigReader.ReadFile(file, new ConfigErrors(), kind) is { } root && FileKind.Of(root) == kind);
        return inside is not null ? $"\"{path}\" is a folder; name {kind.Named} file in it, such as \"{inside}\"."
            : $"\"{path}\" is a folder; name {kind.Named} file, such as {kind.Example}{(kind == FileKind.Experiment ? $", or a method for images that lie in it, as in 'simclr --data {path}'" : "")}.";
    }
}
