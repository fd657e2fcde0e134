using System.Security.Cryptography;

namespace SslFramework.Host.Plugins;

/// <summary>A copy of a plugin's folder that no other user can change or read, for as long as this process lives.</summary>
/// <param name="Folder">Has the same name, in the system's folder for temporary files.</param>
/// <param name="Files">SHA-256 of what was written, in lower-case hexadecimal digits, by path relative to the folder.</param>
internal sealed record PrivateCopy(string Folder, IReadOnlyDictionary<string, string> Files)
{
    private const string Prefix = "ssl-locked-";
    private const string InUse = "in-use"; // its lock ends with the process, however that ends
    private static readonly Lazy<(string Folder, FileStream InUse)> Root = new(MakeRoot);
    private static int copies;

    /// <summary>Copies a folder.</summary>
    /// <exception cref="ExperimentException">A file cannot be read, or there is no place for the copy.</exception>
    public static PrivateCopy Of(string folder)
    {
        try
        {
            var copy = Path.Combine(Root.Value.Folder, $"{Interlocked.Increment(ref copies)}", Path.GetFileName(folder));
            var files = PluginFiles.Of(folder);
            return new(copy, files.ToDictionary(file => file, file => Copy(Path.Combine(folder, file), Path.Combine(copy, file))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                FailureKind.Plugin,
                $"The plugin in {folder} cannot be copied to {Path.GetTempPath()}, as --locked asks: "
                + $"{error.Message} TMPDIR names another place.", error);
        }
    }

    private static string Copy(string file, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var hash = SHA256.Create();
        using (var source = File.OpenRead(file))
        using (var copy = new CryptoStream(new FileStream(target, FileMode.CreateNew), hash, CryptoStreamMode.Write))
        {
            source.CopyTo(copy);
        }

        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>Only its owner can enter a folder that is made so.</summary>
    private static (string Folder, FileStream InUse) MakeRoot()
    {
        foreach (var old in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*").Where(IsLeftBehind))
        {
            Delete(old);
        }

        var root = Directory.CreateTempSubdirectory(Prefix).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(root);
        return (root, new FileStream(Path.Combine(root, InUse), FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    /// <summary>True for a folder of one's own that a process made and did not live to delete. Young ones may be in the making.</summary>
    private static bool IsLeftBehind(string folder)
    {
        try
        {
            if (TimeProvider.System.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) < TimeSpan.FromHours(1)
                || new DirectoryInfo(folder).LinkTarget is not null
                || (!OperatingSystem.IsWindows() && FileStatus.Of(folder)?.Owner is { } owner && owner != FileStatus.CurrentUser))
            {
                return false;
            }

            using var free = new FileStream(Path.Combine(folder, InUse), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Windows keeps loaded assemblies locked.
        }
    }
}
