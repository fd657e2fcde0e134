using System.Text.Json;
using SslFramework.Core.Data.Decoding;
using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// What a file in COCO's form says, in the order of the file. Masks and keypoints stay there: their places are kept, and what stands at
/// them has been checked.
/// </summary>
internal sealed class CocoFile
{
    private const int LongestSide = 65_535;
    private readonly string file;
    private readonly CocoFlavor flavor;
    private readonly Dictionary<long, int> numbers = []; // of images, by id

    private CocoFile(string file, CocoFlavor flavor) => (this.file, this.flavor) = (file, flavor);

    public List<Image> Images { get; } = [];

    public List<Category> Categories { get; } = [];

    public List<Annotation> Annotations { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ExperimentException">It is missing, damaged, or says what cannot be.</exception>
    public static CocoFile Read(string file, CocoFlavor flavor)
    {
        using var stream = DataFile.Open(file);
        var (parsed, json) = (new CocoFile(file, flavor), new JsonTokens(stream, file));
        json.Read();
        foreach (var property in json.Properties())
        {
            switch (property)
            {
                case "images":
                    ReadAll(parsed.Images, parsed.ReadImage);
                    break;
                case "categories":
                    ReadAll(parsed.Categories, parsed.ReadCategory);
                    break;
                case "annotations":
                    ReadAll(parsed.Annotations, parsed.ReadAnnotation);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return parsed;

        void ReadAll<T>(List<T> all, Func<JsonTokens, T> read)
        {
            foreach (var _ in json.Items())
            {
                all.Add(read(json));
            }
        }
    }

    private Image ReadImage(JsonTokens json)
    {
        var place = json.Position;
        var (id, name, height, width) = ((long?)null, (string?)null, 0L, 0L);
        long[] negative = [], open = [];
        foreach (var property in json.Properties())
        {
            switch (property)
            {
                case "id": id = json.Whole(); break;
                case "file_name" when flavor != CocoFlavor.Lvis: name = json.Text(); break;
                case "coco_url" when flavor == CocoFlavor.Lvis: name = string.Join('/', json.Text().Split('/').TakeLast(2)); break;
                case "height": height = json.Whole(); break;
                case "width": width = json.Whole(); break;
                case "neg_category_ids" when flavor == CocoFlavor.Lvis: negative = Ids(json); break;
                case "not_exhaustive_category_ids" when flavor == CocoFlavor.Lvis: open = Ids(json); break;
                default: json.Skip(); break;
            }
        }

        var isSized = height is > 0 and <= LongestSide && width is > 0 and <= LongestSide && height * width <= DecodeOptions.MostPixels;
        if (id is not { } known || name is null || (!isSized && flavor != CocoFlavor.Classes))
        {
            throw Bad("an image has no \"id\", no name, or no possible \"height\" and \"width\"", place);
        }

        if (!ListedName.IsInside(name))
        {
            throw Bad($"the image {known} is called '{name}', which may lead out of the folder of images", place);
        }

        return numbers.TryAdd(known, numbers.Count)
            ? new(name, isSized ? new((int)height, (int)width) : default, negative, open, place)
            : throw Bad($"there are two images with the id {known}", place);
    }

    private Category ReadCategory(JsonTokens json)
    {
        var place = json.Position;
        var (id, name, points) = ((long?)null, (string?)null, Array.Empty<string>());
        foreach (var property in json.Properties())
        {
            switch (property)
            {
                case "id": id = json.Whole(); break;
                case "name": name = json.Text(); break;
                case "keypoints": points = [.. json.Items().Select(_ => json.Text())]; break;
                default: json.Skip(); break;
            }
        }

        return id is { } known && name is not null
            ? new(known, name, points, place)
            : throw Bad("a category has no \"id\" or no \"name\"", place);
    }

    private Annotation ReadAnnotation(JsonTokens json)
    {
        var read = new Annotation { Place = json.Position, Area = double.NaN };
        var (image, category, box) = ((long?)null, (long?)null, flavor == CocoFlavor.Classes ? default(Box) : (Box?)null);
        Segmentation? mask = null;
        foreach (var property in json.Properties())
        {
            var begin = json.Position;
            switch (property)
            {
                case "id": read = read with { Id = json.Whole() }; break;
                case "image_id": image = json.Whole(); break;
                case "category_id": category = json.Whole(); break;
                case "bbox" when flavor != CocoFlavor.Classes: box = ReadBox(json); break;
                case "area" when flavor != CocoFlavor.Classes && json.Kind != JsonTokenType.Null:
                    read = read with { Area = json.Number() };
                    break;
                case "iscrowd" when flavor == CocoFlavor.Objects: read = read with { Crowd = json.Whole() != 0 }; break;
                case "segmentation" when flavor != CocoFlavor.Classes && json.Kind != JsonTokenType.Null:
                    mask = Segmentation.Read(json) is { IsEmpty: false } some ? some : null;
                    read = read with { MaskAt = begin, MaskLength = mask is null ? 0 : checked((int)(json.End - begin)) };
                    break;
                case "keypoints" when flavor == CocoFlavor.Objects:
                    read = read with { Points = json.Items().Count(_ => double.IsFinite(json.Number())), PointsAt = begin };
                    read = read with { PointsLength = checked((int)(json.End - begin)) };
                    break;
                default: json.Skip(); break;
            }
        }

        if (image is not { } ofImage || category is not { } ofCategory || box is not { } around || read.Area < 0)
        {
            throw Bad(
                $"the annotation {read.Id} has no \"image_id\", no \"category_id\" or no \"bbox\", or an \"area\" below 0", read.Place);
        }

        // Nearly every file lists images first; where one does not, the mask is checked afterwards.
        var isKnown = numbers.TryGetValue(ofImage, out var number) && number < Images.Count;
        if (mask is not null && isKnown)
        {
            Check(mask, Images[number].Size, read);
        }

        return read with { Image = ofImage, Category = ofCategory, Box = around, MaskIsChecked = isKnown };
    }

    /// <summary>Checks a mask.</summary>
    /// <exception cref="ExperimentException">It is not of an image of this size.</exception>
    public void Check(Segmentation mask, ImageSize size, Annotation annotation)
    {
        try
        {
            mask.Check(size);
        }
        catch (InvalidDataException e)
        {
            throw Bad($"of the annotation {annotation.Id}, {e.Message}", annotation.Place);
        }
    }

    /// <summary>An error at a place in the file.</summary>
    public ExperimentException Bad(string what, long place) => JsonTokens.Bad(file, what, place);

    private static Box ReadBox(JsonTokens json)
    {
        double[] numbers = [.. json.Items().Select(_ => json.Number())];
        return numbers is [var x, var y, >= 0 and var width, >= 0 and var height]
            ? new(x, y, width, height)
            : throw json.Bad("a \"bbox\" is not four numbers, or its sides are below 0");
    }

    private static long[] Ids(JsonTokens json) => [.. json.Items().Select(_ => json.Whole())];

    /// <summary>The images in ascending order of their ids: the place of each id, and the numbers in the file.</summary>
    public (Dictionary<long, int> Places, int[] Order) InOrder()
    {
        var sorted = numbers.OrderBy(pair => pair.Key).ToArray();
        return (sorted.Index().ToDictionary(entry => entry.Item.Key, entry => entry.Index), [.. sorted.Select(pair => pair.Value)]);
    }

    /// <summary>Checks a mask that stood before its image.</summary>
    /// <exception cref="ExperimentException">It is not of an image of this size.</exception>
    public void CheckLater(Annotation annotation, ImageSize size)
    {
        using var stream = DataFile.Open(file);
        Check(CocoText.Segmentation(stream, annotation.MaskAt, annotation.MaskLength), size, annotation);
    }

    internal sealed record Image(string Name, ImageSize Size, long[] Negative, long[] Open, long Place);

    internal sealed record Category(long Id, string Name, string[] Points, long Place);

    internal readonly record struct Annotation
    {
        public long Id { get; init; }

        public long Image { get; init; }

        public long Category { get; init; }

        public Box Box { get; init; }

        /// <summary>NaN if it is not given.</summary>
        public double Area { get; init; }

        public bool Crowd { get; init; }

        public long MaskAt { get; init; }

        /// <summary>0 without a mask.</summary>
        public int MaskLength { get; init; }

        public bool MaskIsChecked { get; init; }

        public long PointsAt { get; init; }

        public int PointsLength { get; init; }

        /// <summary>Numbers of its keypoints, three of each.</summary>
        public int Points { get; init; }

        public long Place { get; init; }
    }
}
