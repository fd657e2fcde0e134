namespace SslFramework.Tests;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The output folder of a project, in the tests' own configuration.</summary>
    public static string Output(string project) =>
        Path.Combine(Root, "artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>The host's output folder.</summary>
    public static string HostFolder => Output("SslFramework.Host");

    /// <summary>The shipped plugins as the host's build laid them out.</summary>
    public static string Plugins => Path.Combine(HostFolder, "plugins");

    /// <summary>An experiment by its file's name, or another file in host/experiments by its path there.</summary>
    public static string Experiment(string file) =>
        Experiments.FirstOrDefault(path => Path.GetFileName(path) == file) ?? Path.Combine(Root, "host", "experiments", file);

    /// <summary>The experiments that name their images: the quickstart, and those beside their plugins.</summary>
    public static IEnumerable<string> Experiments =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "host", "experiments"), "*.json"),
        .. Directory.EnumerateDirectories(Path.Combine(Root, "plugins"))
            .Select(plugin => Path.Combine(plugin, "experiments"))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Where(path => !Path.GetFileNameWithoutExtension(path).Contains('.', StringComparison.Ordinal)),
    ];

    /// <summary>Files below a folder, paths relative to the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string Find(DirectoryInfo? folder) => folder is null
        ? throw new DirectoryNotFoundException("SslFramework.sln is in no folder above the tests.")
        : File.Exists(Path.Combine(folder.FullName, "SslFramework.sln")) ? folder.FullName : Find(folder.Parent);
}
