using SslFramework.Engine.Data.Files;

namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// What a file in COCO's form says, in flat arrays in the order of its images' ids: some 90 bytes per object. Masks and keypoints are
/// read from the file when somebody asks for them. The index of a large file is cached, and trusted as long as the file is the same.
/// </summary>
internal sealed class CocoIndex
{
    private const string Kind = "coco";
    private const int NumbersOfABox = 4;

    private readonly int[] firstOf; // of each image's annotations, and one more
    private readonly int[] classOf;
    private readonly double[] boxes;
    private readonly double[] areas;
    private readonly byte[] crowds;
    private readonly long[] ids;
    private readonly long[] maskAt;
    private readonly int[] maskLength;
    private readonly long[] pointsAt;
    private readonly int[] pointsLength;
    private readonly int[] sides;
    private readonly IdLists negative;
    private readonly IdLists open;

    private CocoIndex(CocoFile file, CocoFlavor flavor)
    {
        var resolved = new CocoOrder(file, flavor);
        var annotations = resolved.Annotations;
        Names = new([.. resolved.Images.Select(image => image.Name)]);
        (Classes, Points, firstOf) = (resolved.Classes, resolved.Points, resolved.FirstOf);
        sides = [.. resolved.Images.SelectMany(image => new[] { image.Size.Height, image.Size.Width })];
        classOf = [.. annotations.Select(one => resolved.ClassOf(one))];
        boxes = [.. annotations.SelectMany(one => new[] { one.Box.Left, one.Box.Top, one.Box.Width, one.Box.Height })];
        areas = [.. annotations.Select(one => one.Area)];
        crowds = [.. annotations.Select(one => (byte)(one.Crowd ? 1 : 0))];
        ids = [.. annotations.Select(one => one.Id)];
        maskAt = [.. annotations.Select(one => one.MaskAt)];
        maskLength = [.. annotations.Select(one => one.MaskLength)];
        pointsAt = [.. annotations.Select(one => one.PointsAt)];
        pointsLength = [.. annotations.Select(one => one.PointsLength)];
        negative = new([.. resolved.Images.Select(image => resolved.ClassesOf(image.Negative, image))]);
        open = new([.. resolved.Images.Select(image => resolved.ClassesOf(image.Open, image))]);
    }

    private CocoIndex(IndexReader reader)
    {
        (Names, Classes, Points) = (new(reader), new NameTable(reader).ToArray(), new NameTable(reader).ToArray());
        (firstOf, sides, classOf) = (reader.ReadArray<int>(), reader.ReadArray<int>(), reader.ReadArray<int>());
        (boxes, areas, crowds) = (reader.ReadArray<double>(), reader.ReadArray<double>(), reader.ReadArray<byte>());
        (ids, maskAt, maskLength) = (reader.ReadArray<long>(), reader.ReadArray<long>(), reader.ReadArray<int>());
        (pointsAt, pointsLength) = (reader.ReadArray<long>(), reader.ReadArray<int>());
        (negative, open) = (new(reader), new(reader));
    }

    /// <summary>Paths of the images.</summary>
    public NameTable Names { get; }

    /// <summary>Names of the categories in ascending order of their ids.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Names of the keypoints; empty unless all categories have the same.</summary>
    public IReadOnlyList<string> Points { get; }

    /// <summary>Whether every object has a mask.</summary>
    public bool HasMasks => maskLength.Length > 0 && Array.TrueForAll(maskLength, length => length > 0);

    /// <summary>Reads or makes the index of a file.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, or says what cannot be.</exception>
    public static CocoIndex Open(string file, CocoFlavor flavor)
    {
        var kind = $"{Kind}-{(int)flavor}";
        var state = StateOf(file);
        if (IndexCache.Open(kind, file) is { } reader && reader.ReadArray<long>().AsSpan().SequenceEqual(state))
        {
            return new(reader);
        }

        var parsed = CocoFile.Read(file, flavor);
        var index = new CocoIndex(parsed, flavor);
        if (index.Names.Count >= IndexCache.KeptFrom)
        {
            IndexCache.Save(kind, file, writer => index.Write(writer, state));
        }

        return index;
    }

    /// <summary>The size of an image as the file says.</summary>
    public ImageSize SizeOf(int image) => new(sides[2 * image], sides[(2 * image) + 1]);

    /// <summary>Numbers of an image's annotations.</summary>
    public Range Of(int image) => firstOf[image]..firstOf[image + 1];

    /// <summary>The class of an annotation.</summary>
    public int ClassOf(int annotation) => classOf[annotation];

    /// <summary>Classes that the image is known not to have.</summary>
    public IReadOnlyList<int> NegativeOf(int image) => negative[image];

    /// <summary>Classes that are not labeled to the last object.</summary>
    public IReadOnlyList<int> OpenOf(int image) => open[image];

    /// <summary>An object, with its mask and its keypoints.</summary>
    /// <param name="annotation">Its number.</param>
    /// <param name="size">The size of its image.</param>
    /// <param name="file">What the masks and keypoints are read from.</param>
    public AnnotatedObject Object(int annotation, ImageSize size, RetriedStream file) =>
        new(classOf[annotation], BoxOf(annotation))
        {
            Area = double.IsNaN(areas[annotation]) ? null : areas[annotation],
            Crowd = crowds[annotation] != 0,
            Mask = maskLength[annotation] == 0
                ? null
                : CocoText.Mask(file, maskAt[annotation], maskLength[annotation], size, ids[annotation]),
            Keypoints = pointsLength[annotation] == 0 || Points.Count == 0
                ? []
                : CocoText.Keypoints(file, pointsAt[annotation], pointsLength[annotation]),
        };

    private void Write(IndexWriter writer, long[] state)
    {
        writer.Write(state);
        Names.Write(writer);
        new NameTable(Classes).Write(writer);
        new NameTable(Points).Write(writer);
        writer.Write(firstOf);
        writer.Write(sides);
        writer.Write(classOf);
        writer.Write(boxes);
        writer.Write(areas);
        writer.Write(crowds);
        writer.Write(ids);
        writer.Write(maskAt);
        writer.Write(maskLength);
        writer.Write(pointsAt);
        writer.Write(pointsLength);
        negative.Write(writer);
        open.Write(writer);
    }

    private Box BoxOf(int annotation) => boxes.AsSpan(annotation * NumbersOfABox, NumbersOfABox) is [var x, var y, var width, var height]
        ? new(x, y, width, height)
        : default;

    private static long[] StateOf(string file)
    {
        var state = FileState.Followed(file);
        return state.Exists ? [state.Length, state.LastWriteTimeUtc.Ticks] : [];
    }

    /// <summary>A list of classes per image, most of them empty.</summary>
    private sealed class IdLists
    {
        private readonly int[] firsts;
        private readonly int[] all;

        public IdLists(IReadOnlyList<int[]> lists)
        {
            firsts = new int[lists.Count + 1];
            for (var i = 0; i < lists.Count; i++)
            {
                firsts[i + 1] = firsts[i] + lists[i].Length;
            }

            all = [.. lists.SelectMany(list => list)];
        }

        public IdLists(IndexReader reader) => (firsts, all) = (reader.ReadArray<int>(), reader.ReadArray<int>());

        public int[] this[int image] => all[firsts[image]..firsts[image + 1]];

        public void Write(IndexWriter writer)
        {
            writer.Write(firsts);
            writer.Write(all);
        }
    }
}
