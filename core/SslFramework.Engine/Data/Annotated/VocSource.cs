using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="VocSource"/>.</summary>
internal sealed record VocOptions : EncodedSourceOptions
{
    /// <summary>The folder of a year, such as <c>VOCdevkit/VOC2007</c>, or one that is laid out in the same way.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>The list of images in the folder <c>ImageSets</c>, such as <c>Main/trainval</c> or <c>Main/test</c>.</summary>
    [Required]
    public string Set { get; init; } = "Main/trainval";

    /// <summary>
    /// The folder of maps, for a list in <c>Segmentation</c>: <c>SegmentationClassAug</c> has those that others have added to VOC 2012.
    /// </summary>
    [Required]
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
        : base(options, ListOf(options), options.Path, Names(ListOf(options)))
    {
        this.options = options;
        var mapped = options.Set.StartsWith("Segmentation/", StringComparison.Ordinal);
        Annotations = new(LabelKinds.Objects | LabelKinds.ClassSets | (mapped ? LabelKinds.Maps : 0))
        {
            ObjectClasses = VocAnnotation.Classes,
            MapClasses = mapped ? ["background", .. VocAnnotation.Classes] : [],
            Background = mapped ? 0 : null,
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => [];

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
    public IReadOnlyList<int> ClassSet(int index) =>
        [.. Objects(index).Objects.GroupBy(one => one.Class).OrderBy(group => group.Key)
            .Select(group => group.All(one => one.Difficult) ? -1 - group.Key : group.Key)];

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => null;

    private string FileOf(string kind, int index, string extension) =>
        Path.Combine(options.Path, kind, Path.GetFileNameWithoutExtension(Name(index)) + extension);

    private static string ListOf(VocOptions options) => Path.Combine(options.Path, "ImageSets", options.Set + ".txt");

    /// <summary>A line has an image's name; lists of one class have a number after it.</summary>
    private static NameTable Names(string list) => new([.. ImageListFile.Lines(list).Index()
        .Select(line => (Number: line.Index + 1, Name: line.Item.Trim().Split(' ')[0]))
        .Where(line => line.Name.Length > 0)
        .Select(line => ListedName.IsInside(line.Name) && !line.Name.AsSpan().ContainsAny('/', '\\')
            ? $"JPEGImages/{line.Name}.jpg"
            : throw ImageListFile.Bad(list, $"'{line.Name}' is no name of an image", line.Number))]);
}
