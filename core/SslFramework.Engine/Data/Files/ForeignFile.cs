namespace SslFramework.Engine.Data.Files;

/// <summary>Recognizes files of other kinds by their first bytes, and says what to do with them.</summary>
internal static class ForeignFile
{
    private const int HeadLength = 512;
    private const int TarMagicAt = 257;

    private static readonly (byte[] Magic, string What)[] Archives =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive"),
        ([.. "PK\u0005\u0006"u8], "an empty zip archive"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([.. "Rar!"u8], "a rar archive"),
    ];

    private static readonly (byte[] Magic, string What)[] Compressed =
    [
        ([0x1F, 0x8B], "gzip"), ([.. "BZh"u8], "bzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
    ];

    private static readonly (byte[] Magic, string What)[] Tables =
    [
        ([0x89, .. "HDF\r\n"u8], "an HDF5 file"),
        ([.. "PAR1"u8], "a Parquet file"),
        ([0x93, .. "NUMPY"u8], "a NumPy file"),
        ([.. "SQLite format 3"u8], "an SQLite database"),
    ];

    /// <summary>The first bytes of a file; empty if it cannot be read.</summary>
    public static byte[] HeadOf(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var head = new byte[HeadLength];
            return head[..RandomAccess.Read(file, head, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return [];
        }
    }

    /// <summary>Whether a file begins as images do.</summary>
    public static bool IsImage(ReadOnlySpan<byte> head) =>
        head.StartsWith<byte>([0xFF, 0xD8, 0xFF])
        || head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        || head.StartsWith("II*\0"u8)
        || head.StartsWith("MM\0*"u8)
        || head.StartsWith("GIF87a"u8)
        || head.StartsWith("GIF89a"u8)
        || (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8));

    /// <summary>Whether a file begins as tar files do.</summary>
    public static bool IsTar(ReadOnlySpan<byte> head) => head.Length > TarMagicAt && head[TarMagicAt..].StartsWith("ustar"u8);

    /// <summary>
    /// What a file is and what to do with it, for the end of a sentence that begins with its name; null if its first bytes say nothing.
    /// </summary>
    public static string? Advice(string path)
    {
        var head = HeadOf(path);
        return IsImage(head) || (head.AsSpan().StartsWith("BM"u8) && ImageFiles.HasImageName(path))
            ? "is one picture; name the folder that it lies in"
            : IsTar(head) ? "is a tar file; read it with the data source \"tarShards\""
            : Of(Archives) is { } archive ? $"is {archive}; unpack it, or make a tar of what is in it"
            : Of(Compressed) is { } method ? $"is compressed with {method}; unpack it first"
            : Of(Tables) is { } table ? $"is {table}; write its images as files, or as tar shards"
            : null;

        string? Of((byte[] Magic, string What)[] known) => Array.Find(known, kind => head.AsSpan().StartsWith(kind.Magic)).What;
    }
}
