using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
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

/// <summary>The images of one memory-mapped file: nothing is opened or copied and, if it holds pixels, nothing is decoded.</summary>
internal sealed class PackSource : IEncodedSource
{
    private readonly PackOptions options;
    private readonly string path;
    private readonly PackFile pack;
    private readonly int[]? chosen; // null for all images
    private readonly SourceWindow window;

    /// <summary>Opens a pack.</summary>
    /// <exception cref="ExperimentException">The file is missing, not a pack, or damaged.</exception>
    public PackSource(PackOptions options)
    {
        (this.options, path) = (options, options.Path);
        pack = PackFile.Open(path);
        if (pack.Index.Form != PackedAs.Files && options.Window.Count > 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The pack '{path}' holds pixels, to which a window was applied when it was made; remove \"window\", or give it to "
                + "'ssl data pack' by --set data.window=[low,high].");
        }

        window = new SourceWindow(options, pack.Index.Form == PackedAs.Files ? pack.Index.Count : 0, i => Bytes(i).ToArray());
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

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [.. pack.Index.Form == PackedAs.Files ? window.Notes(path) : []];

    /// <inheritdoc/>
    public DecodeOptions Decoding => options with { Window = window.Value };

    /// <summary>How the pack holds its images.</summary>
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
            ImageDecoder.Decode(bytes, options, window, pack.Index.NameOf(image), destination);
            return;
        }

        var (size, channels, bits) = (pack.Index.Sizes[image], pack.Index.Channels[image], pack.Index.Form == PackedAs.Pixels ? 8 : 16);
        if ((channels, bits) == (Channels, options.Depth))
        {
            bytes.CopyTo(bits == 8
                ? destination.Resize(size.Height, size.Width, channels)
                : MemoryMarshal.AsBytes(destination.ResizeDeep(size.Height, size.Width, channels)));
            return;
        }

        var name = $"{pack.Index.NameOf(image)} in {path}";
        using var stored = StoredImage.Rent(size, channels, bits, new DecodeLimit(name, DecodeOptions.MostPixels));
        bytes.CopyTo(stored.Bytes);
        StoredPixels.Write(stored, options, SourceWindow.Full, name, destination);
    }

    private ReadOnlySpan<byte> Bytes(int image) => pack.TryGet(image, out var bytes) ? bytes
        : throw ImageDecoder.Bad($"{pack.Index.NameOf(image)} in {path}", "its bytes are not those that were packed");

    private int ImageOf(int index) => chosen is null ? index : chosen[index];
}
