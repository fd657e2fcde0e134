namespace SslFramework.Core.Diagnostics;

/// <summary>
/// A few test images of an evaluation, spread over all of them, with frames around the objects in them and around what was found. Frames
/// have the colors that classes have in maps.
/// </summary>
public sealed class BoxFigure : IDisposable
{
    private const double FrameShare = 1 / 100.0; // of the image's side

    private readonly IReadOnlyList<string> classes;
    private readonly HashSet<long> wanted;
    private readonly List<(Tensor Image, IReadOnlyList<ClassBox> Truth, IReadOnlyList<ClassBox> Found)> kept = [];

    /// <summary>Makes one that holds no image yet.</summary>
    /// <param name="images">Number of test images, at least 1.</param>
    /// <param name="classes">Names of the classes of objects.</param>
    public BoxFigure(int images, IReadOnlyList<string> classes)
    {
        (this.classes, wanted) = (classes, ExampleImages.Of(images));
    }

    /// <summary>Keeps an image if it is one of those that are shown.</summary>
    /// <param name="index">The image's number.</param>
    /// <param name="view">[C, H, W], on any device.</param>
    /// <param name="truth">The objects in it, in pixels of the view.</param>
    /// <param name="found">What was found, surest first.</param>
    public void Add(long index, Tensor view, IEnumerable<ClassBox> truth, IEnumerable<ClassBox> found)
    {
        if (wanted.Contains(index))
        {
            kept.Add((view.cpu().clone().DetachFromDisposeScope(), [.. truth], [.. found]));
        }
    }

    /// <summary>Draws what was kept: at least one image, all of one size.</summary>
    /// <param name="title">One line above.</param>
    public Figure Draw(string title)
    {
        using var scope = NewDisposeScope();
        var seen = ExampleImages.InColor(kept.Select(row => row.Image));
        var pictures = stack([seen, seen], 1).contiguous(); // [N, 2, 3, H, W]
        foreach (var (i, row) in kept.Index())
        {
            Frame(pictures[i, 0], row.Truth);
            Frame(pictures[i, 1], row.Found);
        }

        return new Figure(title, pictures.MoveToOuterDisposeScope(), ["labeled", "found"])
        {
            Captions = [.. kept.SelectMany(row => new[] { Names(row.Truth), Names(row.Found) })],
        };
    }

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        kept.ForEach(row => row.Image.Dispose());
        kept.Clear();
    }

    private static void Frame(Tensor picture, IReadOnlyList<ClassBox> boxes)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)picture.shape[1], (int)picture.shape[2]);
        var thick = Math.Max(1, (int)Math.Round(Math.Max(height, width) * FrameShare));
        foreach (var (kind, box) in boxes.Reverse()) // the surest in front
        {
            var (left, top) = (Place(box.Left, width), Place(box.Top, height));
            var (right, bottom) = (Place(box.Right - 1, width), Place(box.Bottom - 1, height));
            using var color = tensor(MapPictures.ColorOf((kind % 254) + 1).ToArray()).view(3, 1, 1);
            Fill(top, Math.Min(top + thick - 1, bottom), left, right);
            Fill(Math.Max(bottom - thick + 1, top), bottom, left, right);
            Fill(top, bottom, left, Math.Min(left + thick - 1, right));
            Fill(top, bottom, Math.Max(right - thick + 1, left), right);

            void Fill(int first, int last, int from, int to) =>
                picture.narrow(1, first, last - first + 1).narrow(2, from, to - from + 1).copy_(color);
        }

        static int Place(double at, int length) => (int)Math.Clamp(Math.Round(at), 0, length - 1);
    }

    private string Names(IEnumerable<ClassBox> boxes) => string.Join(", ", boxes.Select(one => classes[one.Class]));
}

/// <summary>A box of a class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Box">In pixels of a view.</param>
public readonly record struct ClassBox(int Class, Box Box);
