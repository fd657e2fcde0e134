using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Image files that a list names, in one folder.</summary>
internal abstract class ListedSource : IEncodedSource
{
    private readonly EncodedSourceOptions options;
    private readonly string folder;
    private readonly NameTable names;
    private readonly int[]? chosen; // null for all files
    private readonly SourceWindow window;
    private readonly string list;

    /// <summary>Takes the part of a list that the options ask for.</summary>
    /// <param name="options">How images are decoded, and which part of them is taken.</param>
    /// <param name="list">The file that names the images.</param>
    /// <param name="folder">Where they are.</param>
    /// <param name="names">Their paths in the folder, with '/' between names.</param>
    /// <exception cref="ExperimentException">The list is empty, or the part is.</exception>
    private protected ListedSource(EncodedSourceOptions options, string list, string folder, NameTable names)
    {
        (this.options, this.list, this.folder, this.names) = (options, list, folder, names);
        if (names.Count == 0)
        {
            throw new ExperimentException(FailureKind.Data, $"'{list}' names no image; name another file.");
        }

        window = new SourceWindow(options, names.Count, i => ImageFile.Read(Path.Combine(folder, names[i])));
        chosen = SplitSelection.Of(options.Split, options.TestFraction, names.Count, i => names[i], list);
    }

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? names.Count;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public virtual IEnumerable<string> Files => Enumerable.Range(0, Count).Select(PathOf).Prepend(list);

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Notes => [.. window.Notes(folder)];

    /// <inheritdoc/>
    public DecodeOptions Decoding => options with { Window = window.Value };

    /// <inheritdoc/>
    public int? Label(int index) => LabelOfEntry(Entry(index));

    /// <summary>The path of image <paramref name="index"/> in the folder, with '/' between names.</summary>
    public string Name(int index) => names[Entry(index)];

    /// <inheritdoc/>
    public byte[] Encoded(int index) => ImageFile.Read(PathOf(index));

    /// <inheritdoc/>
    public virtual void Read(int index, PixelBuffer destination)
    {
        var path = PathOf(index);
        using var bytes = ImageFile.Load(path);
        ImageDecoder.Decode(bytes.Span, options, window, path, destination);
    }

    /// <summary>The class of an entry of the list, or null.</summary>
    private protected abstract int? LabelOfEntry(int entry);

    /// <summary>The place in the list of image <paramref name="index"/>.</summary>
    private protected int Entry(int index) => chosen is null ? index : chosen[index];

    /// <summary>The file of image <paramref name="index"/>.</summary>
    private protected string PathOf(int index) => Path.Combine(folder, names[Entry(index)]);
}
