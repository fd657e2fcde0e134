using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Engine.Data.Archives;

/// <summary>Options of <see cref="PackSource"/>.</summary>
internal sealed record PackOptions : EncodedSourceOptions
{
    /// <summary>A file made by <c>ssl data pack</c>.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";
}

/// <summary>The images of one memory-mapped file: nothing is opened, copied or, where it holds pixels, decoded.</summary>
internal sealed class PackSource : IEncodedSource
{
    private readonly PackOptions options;
    private readonly string path;
    private readonly PackFile pack;
    private readonly int[]? chosen; // null for all images

    /// <summary>Opens a pack.</summary>
    /// <exception cref="ExperimentException">The file is missing, no pack, or damaged.</exception>
    public PackSource(PackOptions options)
    {
        (this.options, path) = (options, options.Path);
        pack = PackFile.Open(path);
        chosen = SplitSelection.Of(options.Split, options.TestFraction, pack.Index.Count, pack.Index.NameOf, path);
        var first = pack.Index.Sizes[0];
        Size = Array.TrueForAll(pack.Index.Sizes, size => size == first) ? first : null;
    }

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? pack.Index.Count;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public ImageSize? Size { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => [path];

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => pack.Index.Classes;

    /// <summary>Files as they were, or pixels.</summary>
    public PackedAs Form => pack.Index.Form;

    /// <inheritdoc/>
    public int? Label(int index) => pack.Index.LabelOf(ImageOf(index));

    /// <inheritdoc/>
    public string Name(int index) => pack.Index.NameOf(ImageOf(index));

    /// <inheritdoc/>
    public byte[] Encoded(int index) => Bytes(ImageOf(index)).ToArray();

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var image = ImageOf(index);
        var bytes = Bytes(image);
        if (pack.Index.Form == PackedAs.Files)
        {
            ImageDecoder.Decode(bytes, options, pack.Index.NameOf(image), destination);
            return;
        }

        var (size, channels) = (pack.Index.Sizes[image], pack.Index.Channels[image]);
        if (channels == 3 && Channels == 1)
        {
            UprightImage.Write(bytes, pixelBytes: 3, size, orientation: 1, Channels, destination);
            return;
        }

        var pixels = destination.Resize(size.Height, size.Width, Channels);
        if (channels == Channels)
        {
            bytes.CopyTo(pixels);
            return;
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = bytes[i / 3]; // grey as colour
        }
    }

    private ReadOnlySpan<byte> Bytes(int image) => pack.TryGet(image, out var bytes) ? bytes
        : throw ImageDecoder.Bad($"{pack.Index.NameOf(image)} in {path}", "its bytes are not those that were packed");

    private int ImageOf(int index) => chosen is null ? index : chosen[index];
}
