using System.IO.Hashing;
using System.Text;
using SslFramework.Core.Storage;

namespace SslFramework.Engine.Data.Files;

/// <summary>
/// Indexes of large data sets, kept for later starts in the user's cache folder: <c>SSL_CACHE</c>, else
/// <c>ssl-framework</c> in <c>XDG_CACHE_HOME</c> or the system's usual place. Losing one costs the time to make it again.
/// </summary>
internal static class IndexCache
{
    /// <summary>Names another folder.</summary>
    public const string Variable = "SSL_CACHE";

    /// <summary>With fewer images, an index is made as fast as it is read.</summary>
    public const int KeptFrom = 2000;

    private const long Version = 2;

    /// <summary>The index of a path, or null where there is none that can be read.</summary>
    public static IndexReader? Open(string kind, string path)
    {
        try
        {
            var reader = new IndexReader(File.ReadAllBytes(FileOf(kind, path)));
            return reader.ReadInt64() == Version && reader.ReadText() == Path.GetFullPath(path) ? reader : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Keeps the index of a path. That this fails, on a full or read-only disk, harms nothing but later starts.</summary>
    public static void Save(string kind, string path, Action<IndexWriter> write)
    {
        try
        {
            var file = FileOf(kind, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            Durable.Write(file, stream =>
            {
                var writer = new IndexWriter(stream);
                writer.Write(Version);
                writer.Write(Path.GetFullPath(path));
                write(writer);
                writer.WriteHash();
            });
        }
        catch (Exception e) when (e is ExperimentException or IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written is none.
        }
    }

    private static string FileOf(string kind, string path)
    {
        var name = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(Path.GetFullPath(path)));
        return Path.Combine(Folder(), $"{kind}-{name:x32}.index");
    }

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } own)
        {
            return own;
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(home, ".cache");
        return Path.Combine(caches, "ssl-framework");
    }
}
