using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="ImageFolderSource"/>.</summary>
internal record ImageFolderOptions : EncodedSourceOptions
{
    /// <summary>The folder; images are found at any depth.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";
}

/// <summary>
/// Image files in a folder. The first-level folder that an image lies in is its class; an image directly in the folder
/// has none. Links are followed, and hidden files are left out.
/// </summary>
internal sealed class ImageFolderSource : IEncodedSource
{
    private static readonly string[] Learned = ["train", "training"];
    private static readonly string[] Measured = ["val", "validation", "valid", "test", "testing"];

    private readonly ImageFolderOptions options;
    private readonly string folder;
    private readonly FolderIndex files;
    private readonly int[]? chosen; // null for all files
    private readonly int?[] labels; // of folders
    private readonly SourceWindow window;

    /// <summary>Lists the images, or reads the cached list.</summary>
    /// <exception cref="ExperimentException">The folder is missing, or there is no image in it.</exception>
    public ImageFolderSource(ImageFolderOptions options)
    {
        (this.options, folder) = (options, options.Path);
        files = FolderIndex.Open(folder);

        // From all images, so that both parts have the same classes.
        var tops = Enumerable.Range(0, files.Folders).Select(files.TopOf).ToArray();
        string[] classes = [.. tops.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var numbers = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        labels = [.. tops.Select(top => top is null ? (int?)null : numbers[top])];
        Classes = classes;
        window = new SourceWindow(options, files.Count, i => ImageFile.Read(Path.Combine(folder, files.PathOf(i))));
        chosen = SplitSelection.Of(options.Split, options.TestFraction, files.Count, files.PathOf, folder);
    }

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? files.Count;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public IEnumerable<string> Files => Enumerable.Range(0, Count).Select(PathOf);

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [.. PartsAsClasses(), .. files.Notes, .. window.Notes(folder)];

    /// <inheritdoc/>
    public DecodeOptions Decoding => options with { Window = window.Value };

    /// <inheritdoc/>
    public int? Label(int index) => labels[files.FolderOf(FileOf(index))];

    /// <summary>The path of image <paramref name="index"/>, relative to the folder, with '/' between names.</summary>
    public string Name(int index) => files.PathOf(FileOf(index));

    /// <inheritdoc/>
    public byte[] Encoded(int index) => ImageFile.Read(PathOf(index));

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var path = PathOf(index);
        using var bytes = ImageFile.Load(path);
        ImageDecoder.Decode(bytes.Span, options, window, path, destination);
    }

    /// <summary>Warns of the root of a data set: its parts would count as classes, and test images would be learned from.</summary>
    private IEnumerable<string> PartsAsClasses()
    {
        string[] Among(string[] names) => [.. Classes.Where(name => names.Contains(name, StringComparer.OrdinalIgnoreCase))];
        var (learned, measured) = (Among(Learned), Among(Measured));
        if (learned.Length > 0 && measured.Length > 0)
        {
            yield return $"{folder}: the classes are called {string.Join(", ", learned)} and {string.Join(", ", measured)}, "
                + "as the parts of a data set are, and images to measure on are among those to learn from; "
                + $"name '{Path.Combine(folder, learned[0])}' to learn from and '{Path.Combine(folder, measured[0])}' to measure on.";
        }
    }

    private int FileOf(int index) => chosen is null ? index : chosen[index];

    private string PathOf(int index) => Path.Combine(folder, Name(index));
}
