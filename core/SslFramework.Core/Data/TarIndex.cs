namespace SslFramework.Core.Data;

/// <summary>The images of tar shards, in some 50 bytes each. The index of a large set is kept, and believed as long as no shard has changed.</summary>
internal sealed class TarIndex
{
    private const string Kind = "tar";
    private const int NoLabel = -1;
    private readonly NameTable shards;
    private readonly NameTable names;
    private readonly int[] shardOf;
    private readonly long[] offsets;
    private readonly int[] lengths; // of a larger file, the largest number: it is refused for its size
    private readonly int[] labels;

    private TarIndex(NameTable shards, List<(int Shard, TarImage Image)> images)
    {
        this.shards = shards;
        names = new NameTable([.. images.Select(entry => entry.Image.Name)]);
        shardOf = [.. images.Select(entry => entry.Shard)];
        offsets = [.. images.Select(entry => entry.Image.Offset)];
        lengths = [.. images.Select(entry => (int)Math.Min(entry.Image.Length, int.MaxValue))];
        labels = [.. images.Select(entry => entry.Image.Label ?? NoLabel)];
    }

    private TarIndex(NameTable shards, IndexReader reader)
    {
        this.shards = shards;
        names = new NameTable(reader);
        (shardOf, offsets) = (reader.ReadArray<int>(), reader.ReadArray<long>());
        (lengths, labels) = (reader.ReadArray<int>(), reader.ReadArray<int>());
    }

    /// <summary>Number of images.</summary>
    public int Count => shardOf.Length;

    /// <summary>Number of shards.</summary>
    public int Shards => shards.Count;

    /// <summary>One more than the highest label; 0 without labels.</summary>
    public int Classes => labels.Max() + 1;

    /// <summary>Reads or makes the index of a tar file, or of a folder of them.</summary>
    /// <exception cref="ExperimentException">There is no shard or no image, or a shard is damaged.</exception>
    public static TarIndex Open(string path)
    {
        var files = ShardsOf(path);
        var shards = new NameTable(files);
        long[] state = [.. files.Select(file => new FileInfo(file)).SelectMany(file => new[] { file.Length, file.LastWriteTimeUtc.Ticks })];
        if (IndexCache.Open(Kind, path) is { } reader && reader.ReadArray<long>().AsSpan().SequenceEqual(state)
            && new NameTable(reader) is var known && known.SequenceEqual(shards))
        {
            return new TarIndex(shards, reader);
        }

        var index = new TarIndex(shards, [.. files.SelectMany((file, number) => TarShard.List(file).Select(image => (number, image)))]);
        if (index.Count == 0)
        {
            throw new ExperimentException(
                ExitCode.Data, $"The {files.Length} tar file{(files.Length == 1 ? "" : "s")} of '{path}' hold no image; JPEG, PNG, WebP, BMP and GIF are known by their extensions.");
        }

        if (index.Count >= IndexCache.KeptFrom)
        {
            IndexCache.Save(Kind, path, writer =>
            {
                writer.Write(state);
                shards.Write(writer);
                index.names.Write(writer);
                writer.Write(index.shardOf);
                writer.Write(index.offsets);
                writer.Write(index.lengths);
                writer.Write(index.labels);
            });
        }

        return index;
    }

    /// <summary>The path of a shard.</summary>
    public string Shard(int number) => shards[number];

    /// <summary>The shard's number, and where in it the image's bytes are.</summary>
    public (int Shard, long Offset, int Length) PlaceOf(int index) => (shardOf[index], offsets[index], lengths[index]);

    /// <summary>The entry's name.</summary>
    public string NameOf(int index) => names[index];

    /// <summary>The image's class, or null.</summary>
    public int? LabelOf(int index) => labels[index] == NoLabel ? null : labels[index];

    private static string[] ShardsOf(string path)
    {
        try
        {
            string[] files = File.Exists(path) ? [path]
                : [.. Directory.EnumerateFiles(path, "*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            return files.Length > 0 ? files : throw new ExperimentException(
                ExitCode.Data, $"The folder '{path}' holds no .tar file; packed ones (.tar.gz) must be unpacked to .tar first.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The shards '{path}' cannot be listed: {e.Message} Correct the path.", e);
        }
    }
}
