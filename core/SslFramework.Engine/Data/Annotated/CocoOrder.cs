namespace SslFramework.Engine.Data.Annotated;

/// <summary>
/// The images of a file in COCO's form in ascending order of their ids, as the official evaluation goes through them, with their
/// annotations in the order of the file; categories in ascending order of their ids become classes 0, 1, 2, …
/// </summary>
internal sealed class CocoOrder
{
    private readonly CocoFile file;
    private readonly Dictionary<long, int> classes = [];

    /// <summary>Puts a file in order.</summary>
    /// <exception cref="ExperimentException">An id occurs twice, or one that is named is missing.</exception>
    public CocoOrder(CocoFile file, CocoFlavor flavor)
    {
        this.file = file;
        var categories = file.Categories.OrderBy(category => category.Id).ToArray();
        foreach (var category in categories)
        {
            if (!classes.TryAdd(category.Id, classes.Count))
            {
                throw file.Bad($"there are two categories with the id {category.Id}", category.Place);
            }
        }

        Classes = [.. categories.Select(category => category.Name)];
        var points = categories.FirstOrDefault()?.Points ?? [];
        Points = Array.TrueForAll(categories, category => category.Points.SequenceEqual(points)) ? points : [];
        var (numbers, order) = file.InOrder();
        Images = [.. order.Select(number => file.Images[number])];
        Annotations = [.. file.Annotations.OrderBy(one => PlaceOf(one, numbers))];
        FirstOf = Firsts(numbers);
        Check(flavor, numbers);
    }

    /// <summary>The images.</summary>
    public IReadOnlyList<CocoFile.Image> Images { get; }

    /// <summary>The annotations, those of an image together.</summary>
    public IReadOnlyList<CocoFile.Annotation> Annotations { get; }

    /// <summary>The number of each image's first annotation, and one more.</summary>
    public int[] FirstOf { get; }

    /// <summary>Names of the classes.</summary>
    public string[] Classes { get; }

    /// <summary>Names of the keypoints.</summary>
    public string[] Points { get; }

    /// <summary>The class of an annotation.</summary>
    public int ClassOf(CocoFile.Annotation one) => classes.TryGetValue(one.Category, out var known)
        ? known
        : throw file.Bad($"the annotation {one.Id} is of the category {one.Category}, which the file does not have", one.Place);

    /// <summary>Classes of a list of categories.</summary>
    public int[] ClassesOf(long[] categories, CocoFile.Image image) =>
        Array.ConvertAll(categories, id => classes.TryGetValue(id, out var known)
            ? known
            : throw file.Bad($"the image '{image.Name}' names the category {id}, which the file does not have", image.Place));

    private int PlaceOf(CocoFile.Annotation one, Dictionary<long, int> numbers) => numbers.TryGetValue(one.Image, out var number)
        ? number
        : throw file.Bad($"the annotation {one.Id} is of the image {one.Image}, which the file does not have", one.Place);

    private int[] Firsts(Dictionary<long, int> numbers)
    {
        var firsts = new int[Images.Count + 1];
        foreach (var one in Annotations)
        {
            firsts[numbers[one.Image] + 1]++;
        }

        for (var i = 0; i < Images.Count; i++)
        {
            firsts[i + 1] += firsts[i];
        }

        return firsts;
    }

    private void Check(CocoFlavor flavor, Dictionary<long, int> numbers)
    {
        var seen = new HashSet<long>();
        foreach (var one in Annotations)
        {
            if (!seen.Add(one.Id) && flavor != CocoFlavor.Classes)
            {
                throw file.Bad($"there are two annotations with the id {one.Id}", one.Place);
            }

            if (one.PointsLength > 0 && Points.Length > 0 && one.Points != 3 * Points.Length)
            {
                throw file.Bad(
                    $"the annotation {one.Id} has {one.Points} numbers of keypoints, and not three for each of {Points.Length}", one.Place);
            }

            if (one.MaskLength > 0 && !one.MaskIsChecked)
            {
                file.CheckLater(one, Images[numbers[one.Image]].Size);
            }
        }

        for (var image = 0; flavor == CocoFlavor.Classes && image < Images.Count; image++)
        {
            if (FirstOf[image + 1] - FirstOf[image] > 1)
            {
                throw file.Bad($"the image '{Images[image].Name}' has two annotations", Annotations[FirstOf[image] + 1].Place);
            }
        }
    }
}
