using System.ComponentModel.DataAnnotations;

namespace SslFramework.Core.Data;

/// <summary>Options of <see cref="ImageFolderSource"/>.</summary>
public sealed record ImageFolderOptions : EncodedSourceOptions
{
    /// <summary>The folder; images are found at any depth.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";
}

/// <summary>
/// Image files in a folder. The first-level folder that an image lies in is its class; an image directly in the folder
/// has none. Links and hidden files are left out.
/// </summary>
public sealed class ImageFolderSource : IEncodedSource
{
    private readonly string folder;
    private readonly FolderIndex files;
    private readonly int[]? chosen; // null for all files
    private readonly int?[] labels; // of folders

    /// <summary>Lists the images, or reads their list where it is kept.</summary>
    /// <exception cref="ExperimentException">The folder is missing, or there is no image in it.</exception>
    public ImageFolderSource(ImageFolderOptions options)
    {
        folder = options.Path;
        Channels = options.Channels;
        files = FolderIndex.Open(folder);

        // Of all images, so that both parts have the same classes.
        var tops = Enumerable.Range(0, files.Folders).Select(files.TopOf).ToArray();
        string[] classes = [.. tops.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var numbers = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        labels = [.. tops.Select(top => top is null ? (int?)null : numbers[top])];
        Classes = classes;
        chosen = SplitSelection.Of(options.Split, options.TestFraction, files.Count, files.PathOf, folder);
    }

    /// <inheritdoc/>
    public int Count => chosen?.Length ?? files.Count;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => Enumerable.Range(0, Count).Select(PathOf);

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int? Label(int index) => labels[files.FolderOf(FileOf(index))];

    /// <summary>The path of image <paramref name="index"/>, relative to the folder, with '/' between names.</summary>
    public string Name(int index) => files.PathOf(FileOf(index));

    /// <inheritdoc/>
    public byte[] Encoded(int index)
    {
        using var bytes = Load(PathOf(index));
        return bytes.Span.ToArray();
    }

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var path = PathOf(index);
        using var bytes = Load(path);
        ImageDecoder.Decode(bytes.Span, Channels, path, destination);
    }

    private static RentedBytes Load(string path)
    {
        try
        {
            // The length first: opening a pipe would wait for a writer.
            var length = new FileInfo(path).Length;
            ImageDecoder.CheckBytes(length, path);
            using var file = File.OpenHandle(path);
            return RentedBytes.Read(file, 0, (int)length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(ExitCode.Data, $"The image '{path}' cannot be read: {e.Message}", e);
        }
    }

    private int FileOf(int index) => chosen is null ? index : chosen[index];

    private string PathOf(int index) => Path.Combine(folder, Name(index));
}
