namespace SslFramework.Host.Configuration;

/// <summary>A path where a file should be and is none: what is there, and which file may be meant.</summary>
internal static class MissingFile
{
    private const string Extension = ".json";
    private const string OneRun = "the folder of a run, which 'ssl evaluate', 'ssl preview', 'ssl embed', 'ssl export', "
        + "'ssl report' and 'ssl compare' take";

    private const int LookedAt = 1000; // entries of a folder: it may hold a million images

    /// <summary>What is wrong with a path, and the remedy.</summary>
    /// <param name="path">No file.</param>
    /// <param name="kind">What it should be.</param>
    public static string Sentence(string path, FileKind kind)
    {
        if (Directory.Exists(path))
        {
            return OfFolder(path, kind);
        }

        var hint = Near(path, kind) is { } near ? $"did you mean \"{near}\"?" : $"name a file, such as {kind.Example}.";
        return $"There is no {kind.Name} \"{path}\"; {hint}";
    }

    /// <summary>The file that is spelled nearly like a path, there or among those that ship; or null.</summary>
    public static string? Near(string path, FileKind kind) => NearestPath.To(path, Extension)
        ?? (Path.GetFileName(path) == path ? NearestPath.To(Path.Combine(Path.GetDirectoryName(kind.Example)!, path), Extension) : null);

    private static string OfFolder(string path, FileKind kind)
    {
        var folders = Directory.EnumerateDirectories(path).Take(LookedAt).Order(StringComparer.Ordinal);
        if (folders.Prepend(path).FirstOrDefault(IsRun) is { } run)
        {
            return OfRuns(path, run, kind);
        }

        var inside = Directory.EnumerateFiles(path, "*" + Extension).Take(LookedAt).Order(StringComparer.Ordinal)
            .FirstOrDefault(file => ConfigReader.ReadFile(file, new ConfigErrors(), kind) is { } root && FileKind.Of(root) == kind);
        if (inside is not null)
        {
            return $"\"{path}\" is a folder; name {kind.Named} file in it, such as \"{inside}\".";
        }

        var method = kind == FileKind.Experiment ? $", or a method for images that lie in it, as in 'simclr --data {path}'" : "";
        return $"\"{path}\" is a folder; name {kind.Named} file, such as {kind.Example}{method}.";
    }

    private static bool IsRun(string folder) =>
        File.Exists(Path.Combine(folder, RunFiles.Experiment)) && File.Exists(Path.Combine(folder, RunFiles.Status));
}
