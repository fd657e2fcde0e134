using System.ComponentModel.DataAnnotations;

namespace MySource;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MySourceOptions : DecodeOptions
{
    /// <summary>
    /// The list: a line per image with its path, relative to the list's folder, a comma and its class. Comma and class may be missing.
    /// </summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";
}

/// <summary>Images named in a text file, one per line as <c>path,class</c>. Put your own way to find images here.</summary>
public sealed class MySource : IDataSource
{
    private readonly MySourceOptions options;
    private readonly (string Path, string? Class)[] images;
    private readonly Dictionary<string, int> labels;

    /// <summary>Reads the list; images are read when they are asked for.</summary>
    /// <exception cref="ExperimentException">The list is missing, or names no image.</exception>
    public MySource(MySourceOptions options)
    {
        this.options = options;
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path))!;
        images = [.. Lines(options.Path).Select(line => line.Split(',') is [var path, var name]
            ? (System.IO.Path.Combine(folder, path.Trim()), name.Trim())
            : (System.IO.Path.Combine(folder, line.Trim()), null))];
        if (images.Length == 0)
        {
            throw new ExperimentException(FailureKind.Data, $"'{options.Path}' names no image; give each a line, as in 'cats/1.jpg,cat'.");
        }

        Classes = [.. images.Select(image => image.Class).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        labels = Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    }

    /// <inheritdoc/>
    public int Count => images.Length;

    /// <inheritdoc/>
    public int Channels => options.Channels;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Files => images.Select(image => image.Path);

    /// <inheritdoc/>
    public int? Label(int index) => images[index].Class is { } name ? labels[name] : null;

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination)
    {
        var path = images[index].Path;
        try
        {
            ImageDecoder.Decode(File.ReadAllBytes(path), options, path, destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Storage, $"The image '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Where(line => line.Trim().Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(FailureKind.Data, $"The list '{path}' cannot be read: {e.Message}", e);
        }
    }
}
