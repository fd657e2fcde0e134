using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Sources;

namespace SslFramework.Fuzz;

/// <summary>What describes images: all of it is read; there are no images.</summary>
internal sealed class AnnotationTargets(InputFolder folder)
{
    /// <summary>All of them.</summary>
    public IEnumerable<FuzzTarget> All =>
    [
        folder.OnFile("coco", "coco.json", path => ReadObjects(new CocoSource(new CocoOptions { Annotations = path, Images = folder.Root }))) with
        {
            Words = [.. Words.Json, .. AnnotationSeeds.CocoWords],
            Seeds = AnnotationSeeds.Coco,
        },
        folder.OnFile("lvis", "lvis.json", path => ReadObjects(new LvisSource(new CocoOptions { Annotations = path, Images = folder.Root }))) with
        {
            Words = [.. Words.Json, .. AnnotationSeeds.CocoWords, "\"neg_category_ids\":", "\"not_exhaustive_category_ids\":"],
            Seeds = AnnotationSeeds.Lvis,
        },
        folder.OnFile("inaturalist", "inaturalist.json", path => ReadLabels(new InaturalistSource(new CocoOptions { Annotations = path, Images = folder.Root }))) with
        {
            Words = [.. Words.Json, .. AnnotationSeeds.CocoWords],
            Seeds = AnnotationSeeds.Classes,
        },
        folder.OnFile("voc", "voc/Annotations/x.xml", path => _ = VocAnnotation.Read(path).Count) with { Words = AnnotationSeeds.VocWords, Seeds = AnnotationSeeds.Voc },
        folder.OnFile("voc-list", "voc/ImageSets/Main/x.txt", path => _ = new VocSource(new VocOptions { Path = Path.Combine(folder.Root, "voc"), Set = "Main/x" }).Name(0)) with
        {
            Words = AnnotationSeeds.ListWords,
            Seeds = () => ["000005 1\n000007 -1\n"u8.ToArray()],
        },
        folder.OnFile("list", "list.txt", ReadList) with { Words = AnnotationSeeds.ListWords, Seeds = AnnotationSeeds.Lists },
        folder.OnFile("list-csv", "list.csv", ReadList) with { Words = AnnotationSeeds.ListWords, Seeds = AnnotationSeeds.Tables },
        folder.OnFile("list-json", "list.json", ReadList) with { Words = [.. Words.Json, .. AnnotationSeeds.ListWords], Seeds = AnnotationSeeds.Groups },
        MapOf("instances", "_gtFine_instanceIds.png", city => city.Objects(0)),
        MapOf("cityscapes", "_gtFine_labelIds.png", ReadMap),
        folder.OnFile("ade20k", "ade/annotations/validation/a.png", path => ReadMap(Ade20k())) with
        {
            MostMemory = 4L * new DecodeOptions().MaximumPixels,
            Seeds = ImageSeeds.Maps,
        },
        folder.OnFile("ade20k-names", "ade/objectInfo150.txt", _ => Names(Ade20k().Annotations.MapClasses, count: 150)) with
        {
            Words = [.. AnnotationSeeds.ListWords, "\t"],
            Seeds = () => [AnnotationSeeds.NamesOf(151, "1\t0.1\t2\t3\t")],
        },
        folder.OnFile("classes", "masks/classes.txt", path =>
        {
            var root = Path.GetDirectoryName(path)!;
            Empty(Path.Combine(root, "images", "a.png"));
            Empty(Path.Combine(root, "masks", "a.png"));
            Names(new MaskFolderSource(new MaskFolderOptions { Path = root }).Annotations.MapClasses, count: null);
        }) with
        {
            Words = AnnotationSeeds.ListWords,
            Seeds = () => [AnnotationSeeds.NamesOf(3, "class ")],
        },
        folder.OnFile("list-classes", "names.txt", path =>
        {
            foreach (var list in new[] { "a.jpg 0\nb.jpg 2\n", "a.jpg red\nb.jpg green\n" })
            {
                var file = Path.Combine(folder.Root, "listed.txt");
                File.WriteAllText(file, list);
                ReadLabels(new ImageListSource(new ImageListOptions { List = file, Images = folder.Root, Classes = path }));
            }
        }) with
        {
            Words = [.. AnnotationSeeds.ListWords, "red\n", "green\n"],
            Seeds = () => ["red\ngreen\nblue\n"u8.ToArray()],
        },
    ];

    private FuzzTarget MapOf(string target, string ending, Action<CityscapesSource> read) => folder.OnFile(target, $"{target}/gtFine/val/a{ending}", path =>
    {
        var city = Path.Combine(folder.Root, target);
        Empty(Path.Combine(city, "leftImg8bit", "val", "a_leftImg8bit.png"));
        read(new CityscapesSource(new CityscapesOptions { Path = city, Part = "val" }));
    }) with
    {
        MostMemory = 4L * new DecodeOptions().MaximumPixels,
        Seeds = () => [.. ImageSeeds.Maps(), .. ImageSeeds.Formats.First(format => format.Name == "png").Seeds()],
    };

    private Ade20kSource Ade20k()
    {
        var root = Path.Combine(folder.Root, "ade");
        Empty(Path.Combine(root, "images", "validation", "a.jpg"));
        return new(new Ade20kOptions { Path = root, Part = Ade20kPart.Validation });
    }

    private static void Empty(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
    }

    private static void ReadMap(IAnnotatedSource source) => LabelMap.Read(source, 0, image: null, new PixelBuffer());

    private void ReadList(string path) => ReadLabels(new ImageListSource(new ImageListOptions { List = path, Images = folder.Root }));

    /// <summary>Checks names, which nothing but the reader's own numbers may replace.</summary>
    /// <param name="names">What was read.</param>
    /// <param name="count">How many there must be; null if the file decides.</param>
    internal static void Names(IReadOnlyList<string> names, int? count)
    {
        if (names.Count != (count ?? names.Count) || names.Count == 0 || names.Any(name => name.Trim().Length == 0))
        {
            throw new InvalidDataException($"there are {names.Count} classes, or one has no name");
        }

        // Files that do not fit are left alone: whether this one was is the answer.
        throw new ExperimentException(FailureKind.Data, names.All(name => int.TryParse(name, out _)) ? "numbers" : "names");
    }

    private static void ReadLabels(IDataSource source)
    {
        for (var i = 0; i < source.Count; i++)
        {
            if (source.Label(i) is { } label && (label < 0 || label >= source.Classes.Count))
            {
                throw new InvalidDataException($"image {i} has the label {label} of {source.Classes.Count} classes");
            }
        }
    }

    private static void ReadObjects(CocoSource source)
    {
        for (var i = 0; i < source.Count; i++)
        {
            foreach (var one in source.Objects(i).Objects)
            {
                if (one.Class < 0 || one.Class >= source.Annotations.ObjectClasses.Count || one.Mask is { } mask && mask.Counts.Sum(count => (long)count) != (long)mask.Size.Height * mask.Size.Width)
                {
                    throw new InvalidDataException($"image {i} has an object that cannot be");
                }
            }
        }
    }
}
