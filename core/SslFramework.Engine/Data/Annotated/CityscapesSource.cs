using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Data;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Masks;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>Options of <see cref="CityscapesSource"/>.</summary>
internal sealed record CityscapesOptions : EncodedSourceOptions
{
    /// <summary>The folder with <c>leftImg8bit</c> and <c>gtFine</c> in it.</summary>
    [Required]
    [FilePath]
    public string Path { get; init; } = "";

    /// <summary>The folder in each of them: <c>train</c> or <c>val</c>; the maps of <c>test</c> say nothing.</summary>
    [Required]
    public string Part { get; init; } = "train";
}

/// <summary>
/// Cityscapes: streets with nineteen classes of pixels that count, and masks of the things among them. Cordts et al. 2016,
/// https://arxiv.org/abs/1604.01685
/// </summary>
internal sealed class CityscapesSource : MappedSource
{
    private const string Ending = "_leftImg8bit.png";
    private const int Instances = 1000; // an object's number is its label times this, and more; a group's is its label alone
    private const int Labels = 34;

    // The labels that count, in the order of their classes.
    private static readonly int[] Counted = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33];
    private static readonly int[] Things = [24, 25, 26, 27, 28, 31, 32, 33];
    private static readonly string[] Names =
    [
        "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "terrain", "sky",
        "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
    ];

    private readonly string maps;

    /// <summary>Lists the images.</summary>
    /// <exception cref="ExperimentException">The folder is missing, or has no such image.</exception>
    public CityscapesSource(CityscapesOptions options)
        : base(options, Path.Combine(options.Path, "leftImg8bit", options.Part), Ending) =>
        maps = Path.Combine(options.Path, "gtFine", options.Part);

    /// <inheritdoc/>
    public override AnnotationInfo Annotations { get; } = new(LabelKinds.Maps | LabelKinds.Objects | LabelKinds.Masks)
    {
        MapClasses = Names,
        ObjectClasses = Names[^Things.Length..],
        Metric = ObjectMetric.Cityscapes,
    };

    /// <inheritdoc/>
    public override ImageObjects Objects(int index)
    {
        var path = MapOf(Name(index), "instanceIds");
        var map = new PixelBuffer();
        PngMap.ReadDeep(ImageFile.Read(path), path, map);
        var size = new ImageSize(map.Height, map.Width);
        return new([.. RunsOf(map.Image.DeepPixels, size).Select(pair =>
        {
            var (isGroup, label) = (pair.Key < Instances, pair.Key < Instances ? pair.Key : pair.Key / Instances);
            var mask = pair.Value.ToMask(size);
            return new AnnotatedObject(Array.IndexOf(Things, label), mask.Bounds()) { Mask = mask, Crowd = isGroup };
        })]);
    }

    /// <inheritdoc/>
    private protected override string MapOf(string name) => MapOf(name, "labelIds");

    /// <inheritdoc/>
    private protected override byte ClassOf(byte number) =>
        number >= Labels ? number : Array.IndexOf(Counted, number) is >= 0 and var known ? (byte)known : IAnnotatedSource.Void;

    private string MapOf(string name, string kind) => Path.Combine(maps, $"{name[..^Ending.Length]}_gtFine_{kind}.png");

    /// <summary>The runs of each thing's number, in ascending order.</summary>
    private static SortedDictionary<int, MaskRuns> RunsOf(ReadOnlySpan<ushort> numbers, ImageSize size)
    {
        var (runs, ends) = (new SortedDictionary<int, MaskRuns>(), new Dictionary<int, int>());
        for (var x = 0; x < size.Width; x++)
        {
            for (int y = 0, begin = 0; y < size.Height; begin = y)
            {
                int number = numbers[(y * size.Width) + x];
                while (y < size.Height && numbers[(y * size.Width) + x] == number)
                {
                    y++;
                }

                if (Array.IndexOf(Things, number < Instances ? number : number / Instances) >= 0)
                {
                    var own = runs.TryGetValue(number, out var known) ? known : runs[number] = new();
                    own.Add((x * size.Height) + begin - ends.GetValueOrDefault(number), inside: false);
                    own.Add(y - begin, inside: true);
                    ends[number] = (x * size.Height) + y;
                }
            }
        }

        foreach (var (number, own) in runs)
        {
            own.Add((size.Height * size.Width) - ends[number], inside: false);
        }

        return runs;
    }
}
