using System.IO.Compression;

namespace SslFramework.Engine.Weights.Torch;

/// <summary>The format since PyTorch 1.6: an uncompressed zip archive of <c>NAME/data.pkl</c> and <c>NAME/data/KEY</c>.</summary>
internal sealed class TorchArchive : IStoredNumbers
{
    private const string Pickle = "/data.pkl";
    private const int MostEntries = 1 << 17;
    private const int LongestPickle = 64 << 20;

    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
    private readonly string folder;
    private Stream? last;

    /// <summary>Reads the pickle, and finds the numbers.</summary>
    /// <exception cref="FormatException">The file is damaged, or requests something other than data.</exception>
    /// <exception cref="InvalidDataException">It is not a sound archive.</exception>
    public TorchArchive(FileStream stream)
    {
        stream.Position = 0;
        archive = new ZipArchive(stream, ZipArchiveMode.Read);
        var left = stream.Length;
        foreach (var entry in archive.Entries)
        {
            Check(entry);
            left -= entry.Length;
            if (left < 0 || entries.Count == MostEntries || !entries.TryAdd(entry.FullName, entry))
            {
                throw new FormatException(
                    left < 0
                        ? "its entries are larger than it is itself"
                        : $"it has the entry {TorchFile.Quote(entry.FullName)} twice, or too many of them");
            }
        }

        var pickles = entries.Keys.Where(name => name.EndsWith(Pickle, StringComparison.Ordinal)).ToList();
        _ = pickles.Count == 1 ? 0 : throw new FormatException($"it has {pickles.Count} entries named data.pkl where one must be");
        folder = pickles[0][..^Pickle.Length];
        _ = entries[pickles[0]].Length <= LongestPickle ? 0 : throw new FormatException("its data.pkl is too long");
        CheckByteOrder();
        using var pickle = new BufferedStream(entries[pickles[0]].Open());
        var reader = new PickleReader(pickle);
        Root = reader.Read();
        foreach (var storage in reader.Storages.Values)
        {
            _ = Entry(storage); // before any memory is allocated
        }
    }

    public object? Root { get; }

    public Stream Find(PickledStorage storage)
    {
        last?.Dispose();
        return last = Entry(storage).Open();
    }

    public void Dispose()
    {
        last?.Dispose();
        archive.Dispose();
    }

    private static void Check(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        var problem = name.StartsWith('/') || name.Contains('\\') || name.Contains(':') || name.Split('/').Contains("..")
            ? "whose name leads out of it"
            : entry.IsEncrypted ? "that is encrypted"
            : entry.CompressedLength != entry.Length ? "that is compressed, which PyTorch never does"
            : null;
        _ = problem is null ? 0 : throw new FormatException($"it has an entry {TorchFile.Quote(name)} {problem}");
    }

    private void CheckByteOrder()
    {
        if (entries.GetValueOrDefault($"{folder}/byteorder") is { Length: < 16 } entry)
        {
            using var text = new StreamReader(entry.Open());
            _ = text.ReadToEnd() == "little" ? 0 : throw new FormatException("its numbers are not little-endian");
        }
    }

    private ZipArchiveEntry Entry(PickledStorage storage)
    {
        var entry = entries.GetValueOrDefault($"{folder}/data/{storage.Key}")
            ?? throw new FormatException($"its numbers {TorchFile.Quote(storage.Key)} are missing");
        return entry.Length == checked(storage.Count * storage.Type.ElementSize())
            ? entry
            : throw new FormatException(
                $"it has {entry.Length} bytes at {TorchFile.Quote(storage.Key)} for {storage.Count} numbers of {storage.Type}");
    }
}
