using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="VocSource"/>.</summary>
internal sealed record VocOptions : EncodedSourceOptions
{
    /// <summary>
    /// The folder of a year, such as <c>VOCdevkit/VOC2007</c>, or one that is laid out in the same way; with <see cref="Years"/>, the
    /// folder that those of the years are in. Detections in <c>VOC2007</c> are measured by the rules of that year, others by later ones.
    /// </summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>Years whose images are taken one after the other, such as <c>[2007, 2012]</c>; empty if the path is that of one.</summary>
    public IReadOnlyList<int> Years { get; init; } = [];

    /// <summary>The list of images in the folder <c>ImageSets</c>, such as <c>Main/trainval</c> or <c>Main/test</c>.</summary>
    [Required]
    public string Set { get; init; } = "Main/trainval";

    /// <summary>
    /// The folder of maps, for a list in <c>Segmentation</c>: <c>SegmentationClassAug</c> has those that others have added to VOC 2012.
    /// </summary>
    public string Maps { get; init; } = "SegmentationClass";
}

/// <summary>
/// PASCAL VOC: images with boxes around things of twenty classes, and maps for some of them. An image's set of classes leaves out those
/// that only show in objects that are hard to see. Everingham et al. 2010, https://doi.org/10.1007/s11263-009-0275-4
/// </summary>
internal sealed class VocSource : ListedSource, IAnnotatedSource
{
    private readonly VocOptions options;

    /// <summary>Reads the list.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged.</exception>
    public VocSource(VocOptions options)
        : base(
            options,
            ListOf(options, FoldersOf(options)[0]),
            options.Path,
            new([.. FoldersOf(options).SelectMany(year => Names(options, year))]))
    {
        this.options = options;
        var mapped = options.Set.StartsWith("Segmentation/", StringComparison.Ordinal);
        Annotations = new(LabelKinds.Objects | LabelKinds.ClassSets | (mapped ? LabelKinds.Maps : 0))
        {
            ObjectClasses = VocAnnotation.Classes,
            MapClasses = mapped ? ["background", .. VocAnnotation.Classes] : [],
            Background = mapped ? 0 : null,
            Metric = options.Years is [2007] || Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Path)) == "VOC2007"
                ? ObjectMetric.Voc2007 : ObjectMetric.Voc,
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => [];

    /// <summary>The images, and the lists of the years.</summary>
    public override IEnumerable<string> Files => base.Files.Concat(FoldersOf(options).Skip(1).Select(year => ListOf(options, year)));

    /// <inheritdoc/>
    public AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    public ImageObjects Objects(int index) => new(VocAnnotation.Read(FileOf("Annotations", index, ".xml")));

    /// <inheritdoc/>
    public void ReadMap(int index, PixelBuffer destination)
    {
        var map = FileOf(options.Maps, index, ".png");
        PngMap.Read(ImageFile.Read(map), map, destination);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) => Objects(index).ClassSet();

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => null;

    private string FileOf(string kind, int index, string extension)
    {
        var name = Name(index); // YEAR/JPEGImages/NAME.jpg
        var year = Path.GetDirectoryName(Path.GetDirectoryName(name))!;
        return Path.Combine(options.Path, year, kind, Path.GetFileNameWithoutExtension(name) + extension);
    }

    /// <summary>The folders of the years in the path, with a slash behind; one without a name if the path is that of a year.</summary>
    private static IReadOnlyList<string> FoldersOf(VocOptions options) =>
        options.Years.Count == 0 ? [""] : [.. options.Years.Select(year => string.Create(CultureInfo.InvariantCulture, $"VOC{year}/"))];

    private static string ListOf(VocOptions options, string year) => Path.Combine(options.Path, year, "ImageSets", options.Set + ".txt");

    /// <summary>A line has an image's name; lists of one class have a number after it.</summary>
    private static IEnumerable<string> Names(VocOptions options, string year)
    {
        var list = ListOf(options, year);
        return ImageListFile.Lines(list).Index()
            .Select(line => (Number: line.Index + 1, Name: line.Item.Trim().Split(' ')[0]))
            .Where(line => line.Name.Length > 0)
            .Select(line => ListedName.IsInside(line.Name) && !line.Name.AsSpan().ContainsAny('/', '\\')
                ? $"{year}JPEGImages/{line.Name}.jpg"
                : throw ImageListFile.Bad(list, $"'{line.Name}' is no name of an image", line.Number));
    }
}
