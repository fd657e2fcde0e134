using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using SslFramework.Core.Data;

namespace SslFramework.Engine.Data;

/// <summary>
/// Which images a source holds, found without reading them: their number, and hashes of their names, of their labels, and of
/// the sizes and times of their files. Checkpoints record it, so that a run does not resume with other images unnoticed.
/// </summary>
internal sealed record DataIdentity
{
    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>Hash of the images' names; empty if the source has none.</summary>
    public required string Names { get; init; }

    /// <summary>Hash of the names of the classes and of each image's class.</summary>
    public required string Labels { get; init; }

    /// <summary>Hash of the lengths of the files.</summary>
    public required string Sizes { get; init; }

    /// <summary>Hash of the times at which the files were last written.</summary>
    public required string Times { get; init; }

    /// <summary>Asks the file system for each file once, on all cores.</summary>
    public static DataIdentity Of(IDataSource source)
    {
        string[] files = [.. source.Files];
        var (sizes, times) = (new long[files.Length], new long[files.Length]);
        Parallel.For(0, files.Length, i => (sizes[i], times[i]) = StateOf(files[i]));
        int[] labels = [.. Enumerable.Range(0, source.Count).Select(image => source.Label(image) ?? -1)];
        return new()
        {
            Count = source.Count,
            Names = Hash(source is IEncodedSource named ? Enumerable.Range(0, source.Count).Select(named.Name) : []),
            Labels = Hash(source.Classes, MemoryMarshal.AsBytes(labels.AsSpan())),
            Sizes = Hash([], MemoryMarshal.AsBytes(sizes.AsSpan())),
            Times = Hash([], MemoryMarshal.AsBytes(times.AsSpan())),
        };
    }

    /// <summary>What differs from the other images, in a few words; null if nothing does.</summary>
    public string? DifferenceTo(DataIdentity other) =>
        Count != other.Count ? string.Create(CultureInfo.InvariantCulture, $"{other.Count:N0} images instead of {Count:N0}")
        : Names != other.Names ? "as many images, of other names"
        : Labels != other.Labels ? "the same images with other labels"
        : Sizes != other.Sizes ? "files of other sizes"
        : Times != other.Times ? "files that were written at other times"
        : null;

    private static (long Size, long Time) StateOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return (file.Length, file.LastWriteTimeUtc.Ticks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (-1, -1); // reading it will report the error
        }
    }

    private static string Hash(IEnumerable<string> texts, ReadOnlySpan<byte> numbers = default)
    {
        var hash = new XxHash128();
        foreach (var text in texts)
        {
            hash.Append(Encoding.UTF8.GetBytes(text));
            hash.Append([0]);
        }

        hash.Append(numbers);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
