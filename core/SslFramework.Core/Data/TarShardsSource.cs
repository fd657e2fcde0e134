using System.ComponentModel.DataAnnotations;
using Microsoft.Win32.SafeHandles;

namespace SslFramework.Core.Data;

/// <summary>Options of <see cref="TarShardsSource"/>.</summary>
public sealed record TarShardsOptions : EncodedSourceOptions
{
    /// <summary>A .tar file, or a folder with .tar files at any depth.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";
}

/// <summary>
/// WebDataset's tar shards, with random access to every image and nothing unpacked to disk. A sample's class is the number
/// in its <c>.cls</c> entry. https://github.com/webdataset/webdataset
/// </summary>
public sealed class TarShardsSource : IEncodedSource
{
    private readonly TarIndex index;
    private readonly int[]? chosen; // null for all images
    private readonly SafeFileHandle?[] open;

    /// <summary>Lists the images, or reads their list where it is kept.</summary>
    /// <exception cref="ExperimentException">There is no shard or no image, or a shard is damaged.</exception>
    public TarShardsSource(TarShardsOptions options)
    {
        index = TarIndex.Open(options.Path);
        Channels = options.Channels;
        Classes = [.. Enumerable.Range(0, index.Classes).Select(label => $"{label}")];
        chosen = SplitSelection.Of(options.Split, options.TestFraction, index.Count, index.NameOf, options.Path);
        open = new SafeFileHandle?[index.Shards];
    }

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? index.Count;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => Enumerable.Range(0, index.Shards).Select(index.Shard);

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int? Label(int index) => this.index.LabelOf(EntryOf(index));

    /// <inheritdoc/>
    public string Name(int index) => this.index.NameOf(EntryOf(index));

    /// <inheritdoc/>
    public byte[] Encoded(int index)
    {
        using var bytes = Load(EntryOf(index), out _);
        return bytes.Span.ToArray();
    }

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        using var bytes = Load(EntryOf(index), out var name);
        ImageDecoder.Decode(bytes.Span, Channels, name, destination);
    }

    private RentedBytes Load(int entry, out string name)
    {
        var (shard, offset, length) = index.PlaceOf(entry);
        name = $"{index.NameOf(entry)} in {index.Shard(shard)}";
        ImageDecoder.CheckBytes(length, name);
        try
        {
            var bytes = RentedBytes.Read(Handle(shard), offset, length);
            return bytes.Span.Length == length ? bytes : throw ImageDecoder.Bad(name, "its shard has become shorter");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The image '{name}' cannot be read: {e.Message}", e);
        }
    }

    // Of two threads that open a shard at once, one closes its handle again.
    private SafeFileHandle Handle(int shard)
    {
        if (Volatile.Read(ref open[shard]) is { } known)
        {
            return known;
        }

        var opened = File.OpenHandle(index.Shard(shard));
        if (Interlocked.CompareExchange(ref open[shard], opened, null) is not { } other)
        {
            return opened;
        }

        opened.Dispose();
        return other;
    }

    private int EntryOf(int index) => chosen is null ? index : chosen[index];
}
