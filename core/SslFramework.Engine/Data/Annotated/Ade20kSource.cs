using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>A part of ADE20K.</summary>
internal enum Ade20kPart
{
    /// <summary>20,210 images to learn from.</summary>
    Training,

    /// <summary>2,000 images to measure on.</summary>
    Validation,
}

/// <summary>Options of <see cref="Ade20kSource"/>.</summary>
internal sealed record Ade20kOptions : EncodedSourceOptions
{
    /// <summary>The unpacked folder, <c>ADEChallengeData2016</c>.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>Which images are read.</summary>
    public Ade20kPart Part { get; init; } = Ade20kPart.Training;
}

/// <summary>
/// ADE20K's scene parsing challenge: 150 classes of pixels. Its maps have 0 where nobody named a class, and then 1 to 150. Zhou et al.
/// 2017, https://doi.org/10.1109/CVPR.2017.544
/// </summary>
internal sealed class Ade20kSource : MappedSource
{
    private const int MapClasses = 150;
    private readonly string maps;

    /// <summary>Lists the images.</summary>
    /// <exception cref="ExperimentException">The folder is missing, or has no image.</exception>
    public Ade20kSource(Ade20kOptions options)
        : base(options, Path.Combine(options.Path, "images", NameOf(options.Part)), ".jpg")
    {
        maps = Path.Combine(options.Path, "annotations", NameOf(options.Part));
        Annotations = new(LabelKinds.Maps) { MapClasses = NamesIn(Path.Combine(options.Path, "objectInfo150.txt")) };
    }

    /// <inheritdoc/>
    public override AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    private protected override string MapOf(string name) => Path.Combine(maps, Path.ChangeExtension(name, ".png"));

    /// <inheritdoc/>
    private protected override byte ClassOf(byte number) => number == 0 ? IAnnotatedSource.Void : (byte)(number - 1);

    private static string NameOf(Ade20kPart part) => part == Ade20kPart.Training ? "training" : "validation";

    /// <summary>The names in the last column of the table that comes with the data; numbers without it.</summary>
    private static string[] NamesIn(string file)
    {
        var names = File.Exists(file)
            ? [.. ImageListFile.Lines(file).Skip(1).Select(line => line.Split('\t')[^1].Trim()).Where(name => name.Length > 0)]
            : Array.Empty<string>();
        return names.Length == MapClasses ? names : [.. Enumerable.Range(1, MapClasses).Select(number => $"{number}")];
    }
}
