using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Sources;

/// <summary>Options of <see cref="ImageListSource"/>.</summary>
internal sealed record ImageListOptions : EncodedSourceOptions
{
    /// <summary>
    /// The list. In a text, a line has the path of an image, a space and its class; in a <c>.csv</c> they are columns; a <c>.json</c> has
    /// an object of classes with an array of paths each, or an array of arrays of a path and a class.
    /// </summary>
    [Required]
    [FilePath]
    public string List { get; init; } = "";

    /// <summary>The folder that the paths begin in.</summary>
    [Required]
    [FilePath]
    public string Images { get; init; } = "";

    /// <summary>What is appended to each path, such as <c>.jpg</c>, if the list leaves it out.</summary>
    public string Extension { get; init; } = "";

    /// <summary>Lines at the beginning to leave out, such as a header.</summary>
    [Range(0, 1000)]
    public int Skip { get; init; }

    /// <summary>The column of the path, from 0.</summary>
    [Range(0, 100)]
    public int PathColumn { get; init; }

    /// <summary>
    /// The column of the class, from 0. Without it, the class is what follows the path in the line, and if nothing does, the folder that
    /// the image lies in.
    /// </summary>
    [Range(0, 100)]
    public int? ClassColumn { get; init; }

    /// <summary>The number of the first class, 0 or 1, if classes are numbers.</summary>
    [Range(0, 1)]
    public int FirstClass { get; init; }

    /// <summary>
    /// A file of the classes' names in order, one per line. Without it, classes that are numbers keep them, and names are in ordinal order.
    /// </summary>
    [FilePath]
    public string? Classes { get; init; }
}

/// <summary>
/// Image files in a folder, with their classes in a list: the form of Places205 and Places365, SUN397, DTD, Food-101, Oxford's Pets, FGVC's
/// Aircraft and many others.
/// </summary>
internal sealed class ImageListSource : ListedSource
{
    private const int MostClasses = 1_000_000;

    private readonly int[] labels; // −1 for none

    /// <summary>Reads the list.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged, or its classes are not those that the options say.</exception>
    public ImageListSource(ImageListOptions options)
        : this(options, ImageListFile.Read(options))
    {
    }

    private ImageListSource(ImageListOptions options, IReadOnlyList<ListedImage> entries)
        : base(options, options.List, options.Images, new([.. entries.Select(entry => entry.Path)]))
    {
        (Classes, labels) = entries.All(entry => entry.Class.Length > 0 && entry.Class.All(char.IsAsciiDigit))
            ? ByNumber(entries, options)
            : ByName(entries, options);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => labels[entry] < 0 ? null : labels[entry];

    private static (string[] Classes, int[] Labels) ByNumber(IReadOnlyList<ListedImage> entries, ImageListOptions options)
    {
        var names = NamesOf(options);
        var (labels, most) = (new int[entries.Count], names?.Length ?? MostClasses);
        for (var i = 0; i < labels.Length; i++)
        {
            var label = int.TryParse(entries[i].Class, out var number) ? number - options.FirstClass : -1;
            labels[i] = label >= 0 && label < most ? label : throw ImageListFile.Bad(
                options.List,
                $"the class {entries[i].Class} is not one of {most} from \"firstClass\" {options.FirstClass} on",
                entries[i].Line);
        }

        return (names ?? [.. Enumerable.Range(options.FirstClass, labels.Max() + 1).Select(label => $"{label}")], labels);
    }

    private static (string[] Classes, int[] Labels) ByName(IReadOnlyList<ListedImage> entries, ImageListOptions options)
    {
        var found = entries.Select(entry => entry.Class).Where(name => name.Length > 0);
        var names = NamesOf(options) ?? [.. found.Distinct().Order(StringComparer.Ordinal)];
        var numbers = names.Index().GroupBy(entry => entry.Item).ToDictionary(group => group.Key, group => group.First().Index);
        return (names, [.. entries.Select(entry => entry.Class.Length == 0 ? -1
            : numbers.TryGetValue(entry.Class, out var number) ? number
            : throw ImageListFile.Bad(options.List, $"the class '{entry.Class}' is not in '{options.Classes}'", entry.Line))]);
    }

    private static string[]? NamesOf(ImageListOptions options) =>
        options.Classes is { Length: > 0 } file ? ImageListFile.Names(file) : null;
}
