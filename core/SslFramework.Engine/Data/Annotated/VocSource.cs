using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
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
}

/// <summary>
/// PASCAL VOC: images with boxes around things of twenty classes. An image's set of classes leaves out those that only show in objects that
/// are hard to see. Everingham et al. 2010, https://doi.org/10.1007/s11263-009-0275-4
/// </summary>
internal sealed class VocSource : ListedSource, IAnnotatedSource
{
    private readonly string folder;

    /// <summary>Reads the list.</summary>
    /// <exception cref="ExperimentException">It is missing or damaged.</exception>
    public VocSource(VocOptions options)
        : base(options, ListOf(options), options.Path, Names(ListOf(options))) => folder = options.Path;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public AnnotationInfo Annotations { get; } = new(LabelKinds.Objects | LabelKinds.ClassSets) { ObjectClasses = VocAnnotation.Classes };

    /// <inheritdoc/>
    public ImageObjects Objects(int index)
    {
        var file = Path.Combine(folder, "Annotations", Path.GetFileNameWithoutExtension(Name(index)) + ".xml");
        return new(VocAnnotation.Read(file));
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) =>
        [.. Objects(index).Objects.GroupBy(one => one.Class).OrderBy(group => group.Key)
            .Select(group => group.All(one => one.Difficult) ? -1 - group.Key : group.Key)];

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => null;

    private static string ListOf(VocOptions options) => Path.Combine(options.Path, "ImageSets", options.Set + ".txt");

    /// <summary>A line has an image's name; lists of one class have a number after it.</summary>
    private static NameTable Names(string list) => new([.. ImageListFile.Lines(list).Index()
        .Select(line => (Number: line.Index + 1, Name: line.Item.Trim().Split(' ')[0]))
        .Where(line => line.Name.Length > 0)
        .Select(line => ListedName.IsInside(line.Name) && !line.Name.AsSpan().ContainsAny('/', '\\')
            ? $"JPEGImages/{line.Name}.jpg"
            : throw ImageListFile.Bad(list, $"'{line.Name}' is no name of an image", line.Number))]);
}
