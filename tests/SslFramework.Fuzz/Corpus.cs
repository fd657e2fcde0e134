namespace SslFramework.Fuzz;

/// <summary>Inputs that are kept: small sound files, and all that once showed a fault.</summary>
internal static class Corpus
{
    /// <summary>A target's inputs: those that the build made, then the files of its folder in the order of their names.</summary>
    public static IEnumerable<byte[]> Of(FuzzTarget target, string root) =>
    [
        .. target.Seeds(),
        .. FilesOf(target, root).Select(File.ReadAllBytes),
    ];

    /// <summary>The files of a target's folder.</summary>
    public static IEnumerable<string> FilesOf(FuzzTarget target, string root) => Path.Combine(root, target.Name) is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        : [];
}
