using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Archives;

/// <summary>
/// The images of tar shards, in some 50 bytes each. The index of a large set is cached and trusted as long as no shard has changed.
/// </summary>
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

    private readonly IReadOnlyList<string> inside; // notes on what is in the shards
    private readonly IReadOnlyList<string> beside; // notes on what lies beside them

    private TarIndex(NameTable shards, IReadOnlyList<string> beside, List<(int Shard, TarImage Image)> images, IReadOnlyList<string> inside)
    {
        (this.shards, this.beside, this.inside) = (shards, beside, inside);
        names = new NameTable([.. images.Select(entry => entry.Image.Name)]);
        shardOf = [.. images.Select(entry => entry.Shard)];
        offsets = [.. images.Select(entry => entry.Image.Offset)];
        lengths = [.. images.Select(entry => (int)Math.Min(entry.Image.Length, int.MaxValue))];
        labels = [.. images.Select(entry => entry.Image.Label ?? NoLabel)];
    }

    private TarIndex(NameTable shards, IReadOnlyList<string> beside, IndexReader reader)
    {
        (this.shards, this.beside) = (shards, beside);
        names = new NameTable(reader);
        (shardOf, offsets) = (reader.ReadArray<int>(), reader.ReadArray<long>());
        (lengths, labels) = (reader.ReadArray<int>(), reader.ReadArray<int>());
        inside = new NameTable(reader).ToArray();
    }

    /// <summary>Number of images.</summary>
    public int Count => shardOf.Length;

    /// <summary>Number of shards.</summary>
    public int Shards => shards.Count;

    /// <summary>One more than the highest label; 0 without labels.</summary>
    public int Classes => labels.Max() + 1;

    /// <summary>What was left out of the shards, and of their folder.</summary>
    public IReadOnlyList<string> Notes => [.. beside, .. inside];

    /// <summary>Reads or makes the index of a tar file, or of a folder of them.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="extensions">Which image of a sample counts, as for <see cref="TarSample.Choose"/>.</param>
    /// <exception cref="ExperimentException">There is no shard or no image, or a shard is damaged.</exception>
    public static TarIndex Open(string path, IReadOnlyList<string> extensions)
    {
        var (files, beside) = ShardsOf(path);
        var shards = new NameTable(files);
        long[] state = [.. files.Select(FileState.Followed).SelectMany(file => new[] { file.Length, file.LastWriteTimeUtc.Ticks })];
        var wanted = string.Join(';', extensions);
        if (IndexCache.Open(Kind, path) is { } reader
            && reader.ReadText() == wanted
            && reader.ReadArray<long>().AsSpan().SequenceEqual(state)
            && new NameTable(reader) is var known && known.SequenceEqual(shards))
        {
            return new TarIndex(shards, beside, reader);
        }

        var left = new LeftOut();
        var images = files.SelectMany((file, number) => TarShard.List(file, extensions, left).Select(image => (number, image))).ToList();
        var inside = left.Sentences(path);
        if (images.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"The {files.Length} tar file{(files.Length == 1 ? "" : "s")} of '{path}' hold no image"
                + $"{(extensions.Count == 0 ? "" : $" with the extension {string.Join(" or ", extensions)}")}; "
                + $"{ImageFiles.Known} by their extensions. {string.Join(" ", inside)}".TrimEnd());
        }

        var index = new TarIndex(shards, beside, images, inside);
        if (index.Count >= IndexCache.KeptFrom)
        {
            IndexCache.Save(Kind, path, writer =>
            {
                writer.Write(wanted);
                writer.Write(state);
                shards.Write(writer);
                index.names.Write(writer);
                writer.Write(index.shardOf);
                writer.Write(index.offsets);
                writer.Write(index.lengths);
                writer.Write(index.labels);
                new NameTable(inside).Write(writer);
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

    private static (string[] Files, IReadOnlyList<string> Beside) ShardsOf(string path)
    {
        if (File.Exists(path))
        {
            return ([path], []);
        }

        try
        {
            var found = FolderWalk.Of(path, (name, _) => name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase));
            return found.Files.Count > 0
                ? ([.. found.Files.Select(file => Path.Combine(path, file))], found.LeftOut.Sentences(path))
                : throw new ExperimentException(
                    FailureKind.Data,
                    ($"The folder '{path}' holds no .tar file; packed ones (.tar.gz) are not read and must be unpacked to .tar first. "
                        + $"{string.Join(" ", found.LeftOut.Sentences(path))}").TrimEnd());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Data, $"The shards '{path}' cannot be listed: {e.Message} Correct the path.", e);
        }
    }
}
