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
        : Near(path, kind) is { } near ? $"There is no {kind.Name} \"{path}\"; did you mean \"{near}\"?"
        : $"There is no {kind.Name} \"{path}\"; name a file, such as {kind.Example}.";

    /// <summary>The file that is spelled nearly like a path, there or among those that ship; or null.</summary>
    public static string? Near(string path, FileKind kind) => NearestPath.To(path, Extension)
        ?? (Path.GetFileName(path) == path ? NearestPath.To(Path.Combine(Path.GetDirectoryName(kind.Example)!, path), Extension) : null);

    private static string OfFolder(string path, FileKind kind)
    {
        var folders = Directory.EnumerateDirectories(path).Take(LookedAt).Order(StringComparer.Ordinal).Prepend(path);
        if (folders.FirstOrDefault(IsRun) is { } run)
        {
            var what = run == path
                ? "the folder of a run, which 'ssl evaluate', 'ssl preview', 'ssl embed', 'ssl export', 'ssl report' and 'ssl compare' take"
                : "a folder of runs";
            var example = kind == FileKind.Experiment
                ? $"\"{Path.Combine(run, RunFiles.Experiment)}\", which made {(run == path ? "it" : "one")}"
                : kind.Example;
            return $"\"{path}\" is {what}; name {kind.Named} file here, such as {example}.";
        }

        var inside = Directory.EnumerateFiles(path, "*" + Extension).Take(LookedAt).Order(StringComparer.Ordinal)
            .FirstOrDefault(file => ConfigReader.ReadFile(file, new ConfigErrors(), kind) is { } root && FileKind.Of(root) == kind);
        var method = kind == FileKind.Experiment ? $", or a method for images that lie in it, as in 'simclr --data {path}'" : "";
        return inside is not null ? $"\"{path}\" is a folder; name {kind.Named} file in it, such as \"{inside}\"."
            : $"\"{path}\" is a folder; name {kind.Named} file, such as {kind.Example}{method}.";
    }

    private static bool IsRun(string folder) =>
        File.Exists(Path.Combine(folder, RunFiles.Experiment)) && File.Exists(Path.Combine(folder, RunFiles.Status));
}
