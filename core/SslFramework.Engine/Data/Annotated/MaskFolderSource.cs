using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="MaskFolderSource"/>.</summary>
internal sealed record MaskFolderOptions : ImageFolderOptions
{
    /// <summary>The number of the class that is no object, such as ground or sky; null if there is none.</summary>
    public int? Background { get; init; }
}

/// <summary>
/// Images with the class of every pixel: files in <c>images/</c>, for each a PNG of the same name in <c>masks/</c>, whose numbers, those
/// of a palette or of gray, are classes, and a file <c>classes.txt</c> with a class's name in each line. 255 counts nowhere.
/// </summary>
internal sealed class MaskFolderSource : IEncodedSource, IAnnotatedSource
{
    private const int MostClasses = 255;
    private const int LongestList = 1 << 20; // bytes

    private readonly ImageFolderSource images;
    private readonly string masks;

    /// <summary>Lists the files, and reads the names of the classes.</summary>
    /// <exception cref="ExperimentException">Something is missing, or an image has no map.</exception>
    public MaskFolderSource(MaskFolderOptions options)
    {
        masks = Path.Combine(options.Path, "masks");
        images = new ImageFolderSource(options with { Path = Path.Combine(options.Path, "images") });
        var list = Path.Combine(options.Path, "classes.txt");
        var classes = ClassesIn(list);
        if (options.Background is { } background && (background < 0 || background >= classes.Length))
        {
            throw new ExperimentException(
                FailureKind.Config, $"\"background\" is {background}, but '{list}' names {classes.Length} classes, from 0; take one.");
        }

        Annotations = new(LabelKinds.Maps) { MapClasses = classes, Background = options.Background };
        var known = FolderIndex.Open(masks);
        var there = Enumerable.Range(0, known.Count).Select(known.PathOf).ToHashSet(StringComparer.Ordinal);
        int[] without = [.. Enumerable.Range(0, Count).Where(image => !there.Contains(MaskOf(image)))];
        if (without.Length > 0)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"{without.Length} of the {Count} images in '{options.Path}' have no map, such as '{Name(without[0])}'; "
                + $"put '{MaskOf(without[0])}' into '{masks}', or take the image out.");
        }
    }

    /// <inheritdoc/>
    public AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public int Channels => images.Channels;

    /// <summary>The images, and then the maps.</summary>
    public IEnumerable<string> Files =>
        images.Files.Concat(Enumerable.Range(0, Count).Select(image => Path.Combine(masks, MaskOf(image))));

    /// <summary>Empty: an image as a whole has no class.</summary>
    public IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => images.Notes;

    /// <inheritdoc/>
    public DecodeOptions Decoding => images.Decoding;

    /// <summary>Always null.</summary>
    public int? Label(int index) => null;

    /// <inheritdoc/>
    public string Name(int index) => images.Name(index);

    /// <inheritdoc/>
    public byte[] Encoded(int index) => images.Encoded(index);

    /// <inheritdoc/>
    public void Read(int index, PixelBuffer destination) => images.Read(index, destination);

    /// <inheritdoc/>
    public void ReadMap(int index, PixelBuffer destination)
    {
        var path = Path.Combine(masks, MaskOf(index));
        PngMap.Read(ImageFile.Read(path), path, destination);
    }

    private string MaskOf(int index) => Path.ChangeExtension(Name(index), ".png");

    private static string[] ClassesIn(string list)
    {
        using var file = DataFile.Open(list);
        if (file.Length > LongestList)
        {
            throw Refused($"holds {file.Length} bytes");
        }

        using var reader = new StreamReader(file);
        string[] names = [.. reader.ReadToEnd().Split('\n').Select(name => name.Trim())];
        names = names is [.. var all, ""] ? all : names;
        return names.Length is 0 or > MostClasses ? throw Refused($"names {names.Length} classes")
            : names.Contains("") ? throw Refused($"has nothing in line {Array.IndexOf(names, "") + 1}")
            : names.Distinct().Count() < names.Length ? throw Refused("names a class twice")
            : names;

        ExperimentException Refused(string what) => new(
            FailureKind.Data, $"'{list}' {what}; write the names of the classes of pixels, 1 to {MostClasses}, each in a line of its own.");
    }
}
