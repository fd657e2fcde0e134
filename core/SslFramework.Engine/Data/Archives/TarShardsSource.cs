using System.ComponentModel.DataAnnotations;
using Microsoft.Win32.SafeHandles;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Archives;

/// <summary>Options of <see cref="TarShardsSource"/>.</summary>
internal sealed record TarShardsOptions : EncodedSourceOptions
{
    /// <summary>A .tar file, or a folder with .tar files at any depth.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>
    /// Which image of a sample counts, if there are several: an extension, or as WebDataset writes it, <c>jpg;png</c>, the first
    /// of these that exists. Empty: the extension with the fewest dots, <c>jpg</c> before <c>seg.png</c>.
    /// </summary>
    public string Extension { get; init; } = "";
}

/// <summary>
/// WebDataset's tar shards, with random access to every image and nothing unpacked to disk. A sample's class is the number
/// in its <c>.cls</c> entry. https://github.com/webdataset/webdataset
/// </summary>
internal sealed class TarShardsSource : IEncodedSource, IOpensPaths
{
    private readonly TarShardsOptions options;
    private readonly TarIndex index;
    private readonly int[]? chosen; // null for all images
    private readonly SafeFileHandle?[] open;
    private readonly SourceWindow window;

    /// <summary>Lists the images, or reads the cached list.</summary>
    /// <exception cref="ExperimentException">There is no shard or no image, or a shard is damaged.</exception>
    public TarShardsSource(TarShardsOptions options)
    {
        this.options = options;
        index = TarIndex.Open(
            options.Path,
            [.. options.Extension.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(wanted => wanted.TrimStart('.'))]);
        Classes = [.. Enumerable.Range(0, index.Classes).Select(label => $"{label}")];
        chosen = SplitSelection.Of(options.Split, options.TestFraction, index.Count, index.NameOf, options.Path);
        open = new SafeFileHandle?[index.Shards];
        window = new SourceWindow(options, index.Count, Whole);
    }

    /// <summary>Whether a path is a tar file, by its name or its first bytes.</summary>
    public static bool Opens(string path) =>
        File.Exists(path) && (path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || ForeignFile.IsTar(ForeignFile.HeadOf(path)));

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? index.Count;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public IEnumerable<string> Files => Enumerable.Range(0, index.Shards).Select(index.Shard);

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [.. index.Notes, .. window.Notes(options.Path)];

    /// <inheritdoc/>
    public DecodeOptions Decoding => options with { Window = window.Value };

    /// <inheritdoc/>
    public int? Label(int index) => this.index.LabelOf(EntryOf(index));

    /// <inheritdoc/>
    public string Name(int index) => this.index.NameOf(EntryOf(index));

    /// <inheritdoc/>
    public byte[] Encoded(int index) => Whole(EntryOf(index));

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        using var bytes = Load(EntryOf(index), out var name);
        ImageDecoder.Decode(bytes.Span, options, window, name, destination);
    }

    private byte[] Whole(int entry)
    {
        using var bytes = Load(entry, out _);
        return bytes.Span.ToArray();
    }

    private RentedBytes Load(int entry, out string name)
    {
        var (shard, offset, length) = index.PlaceOf(entry);
        name = $"{index.NameOf(entry)} in {index.Shard(shard)}";
        ImageDecoder.CheckBytes(length, name);
        return ReadRetry.Patient.Read($"The image '{name}'", (Source: this, Shard: shard, Offset: offset, Length: length), static place =>
        {
            var bytes = RentedBytes.Read(place.Source.Handle(place.Shard), place.Offset, place.Length);
            if (bytes.Span.Length == place.Length)
            {
                return bytes;
            }

            bytes.Dispose();
            throw new EndOfStreamException("its shard has become shorter");
        });
    }

    // If two threads open a shard at once, one closes its handle again.
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
