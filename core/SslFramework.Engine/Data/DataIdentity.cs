using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using SslFramework.Core.Data;

namespace SslFramework.Engine.Data;

/// <summary>
/// Which images a source holds, told without reading them: their number, and hashes of their names, of their labels, and of
/// the sizes and times of their files. Checkpoints know it, so that a run does not go on with others unnoticed.
/// </summary>
internal sealed record DataIdentity
{
    /// <summary>Number of images.</summary>
    public required int Count { get; init; }

    /// <summary>Of the images' names, where the source has some.</summary>
    public required string Names { get; init; }

    /// <summary>Of the names of the classes and of each image's class.</summary>
    public required string Labels { get; init; }

    /// <summary>Of the lengths of the files.</summary>
    public required string Sizes { get; init; }

    /// <summary>Of the times at which the files were last written.</summary>
    public required string Times { get; init; }

    /// <summary>Asks the file system for each file once, on all cores.</summary>
    public static DataIdentity Of(IDataSource source)
    {
        string[] files = [.. source.Files];
        var (sizes, times) = (new long[files.Length], new long[files.Length]);
        Parallel.For(0, files.Length, i => (sizes[i], times[i]) = Look(files[i]));
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

    /// <summary>What makes other images other ones, in a few words; null where nothing does.</summary>
    public string? DifferenceTo(DataIdentity other) =>
        Count != other.Count ? string.Create(CultureInfo.InvariantCulture, $"{other.Count:N0} images instead of {Count:N0}")
        : Names != other.Names ? "as many images, of other names"
        : Labels != other.Labels ? "the same images with other labels"
        : Sizes != other.Sizes ? "files of other sizes"
        : Times != other.Times ? "files that were written at other times"
        : null;

    private static (long Size, long Time) Look(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return (file.Length, file.LastWriteTimeUtc.Ticks);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (-1, -1); // it will be told when it is read
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
