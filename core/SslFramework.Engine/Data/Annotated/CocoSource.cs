using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Files;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="CocoSource"/>, <see cref="LvisSource"/> and <see cref="InaturalistSource"/>.</summary>
internal sealed record CocoOptions : EncodedSourceOptions
{
    /// <summary>The file of annotations, such as <c>annotations/instances_train2017.json</c>.</summary>
    [Required]
    [FilePath]
    public string Annotations { get; init; } = "";

    /// <summary>The folder that the names of images in the file begin in.</summary>
    [Required]
    [FilePath]
    public string Images { get; init; } = "";
}

/// <summary>Images whose objects a file in COCO's form describes. Lin et al. 2014, https://arxiv.org/abs/1405.0312</summary>
internal class CocoSource : ListedSource, IAnnotatedSource
{
    private readonly CocoOptions options;
    private readonly CocoIndex index;
    private readonly Lazy<RetriedStream> file; // open as long as the source is: reads at a place share nothing else

    /// <summary>Reads the file, or the cached index of it.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, or says what cannot be; or a folder is missing.</exception>
    public CocoSource(CocoOptions options)
        : this(options, CocoFlavor.Objects)
    {
    }

    private protected CocoSource(CocoOptions options, CocoFlavor flavor)
        : this(options, CocoIndex.Open(options.Annotations, flavor), flavor)
    {
    }

    private CocoSource(CocoOptions options, CocoIndex index, CocoFlavor flavor)
        : base(options, options.Annotations, options.Images, index.Names)
    {
        (this.options, this.index) = (options, index);
        file = new(() => DataFile.Open(options.Annotations));
        var sets = flavor == CocoFlavor.Objects ? LabelKinds.ClassSets : 0; // LVIS says of few classes that an image does not show them
        Annotations = new(
            LabelKinds.Objects | sets | (index.HasMasks ? LabelKinds.Masks : 0) | (index.Points.Count > 0 ? LabelKinds.Keypoints : 0))
        {
            ObjectClasses = index.Classes,
            KeypointNames = index.Points,
            FlipPairs = FlipPairs(index.Points),
            Sigmas = index.Points.Count == ObjectOverlap.PersonSigmas.Count ? ObjectOverlap.PersonSigmas : [],
            Metric = flavor == CocoFlavor.Lvis ? ObjectMetric.Lvis : ObjectMetric.Coco,
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public AnnotationInfo Annotations { get; }

    /// <inheritdoc/>
    public ImageObjects Objects(int index)
    {
        var image = Entry(index);
        var (first, end) = (this.index.Of(image).Start.Value, this.index.Of(image).End.Value);
        var size = this.index.SizeOf(image);
        return new([.. Enumerable.Range(first, end - first).Select(one => this.index.Object(one, size, file.Value))])
        {
            NegativeClasses = this.index.NegativeOf(image),
            NotExhaustiveClasses = this.index.OpenOf(image),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) => Annotations.Kinds.HasFlag(LabelKinds.ClassSets) ? Objects(index).ClassSet() : [];

    /// <inheritdoc/>
    public override void Read(int index, PixelBuffer destination)
    {
        base.Read(index, destination);
        var size = this.index.SizeOf(Entry(index));
        if ((destination.Height, destination.Width) != (size.Height, size.Width))
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"'{PathOf(index)}' has {destination.Height} × {destination.Width} pixels when it is upright, but '{options.Annotations}' "
                + $"says {size.Height} × {size.Width}; take the images that the annotations were made for.");
        }
    }

    /// <inheritdoc/>
    private protected override int? LabelOfEntry(int entry) => null;

    /// <summary>Points whose names differ in <c>left</c> and <c>right</c> alone.</summary>
    private static (int First, int Second)[] FlipPairs(IReadOnlyList<string> points)
    {
        var places = points.Index().ToLookup(point => point.Item, point => point.Index);
        return [.. points.Index().Where(point => point.Item.Contains("left", StringComparison.Ordinal))
            .SelectMany(
                point => places[point.Item.Replace("left", "right", StringComparison.Ordinal)], (point, other) => (point.Index, other))];
    }
}
