using System.Globalization;

namespace SslFramework.Core.Diagnostics;

/// <summary>
/// A few test images of an evaluation, spread over all of them, with the classes of their pixels and those that were found.
/// </summary>
public sealed class MapFigure : IDisposable
{
    private readonly IReadOnlyList<string> classes;
    private readonly HashSet<long> wanted;
    private readonly List<(Tensor Image, Tensor Truth, Tensor Found)> kept = [];

    /// <summary>Makes one that holds no image yet.</summary>
    /// <param name="images">Number of test images, at least 1.</param>
    /// <param name="classes">Names of the classes of pixels.</param>
    public MapFigure(int images, IReadOnlyList<string> classes)
    {
        (this.classes, wanted) = (classes, ExampleImages.Of(images));
    }

    /// <summary>Keeps those images of a batch that are shown.</summary>
    /// <param name="batch">Test images with their maps.</param>
    /// <param name="found">uint8 [N, H, W] on the CPU: the class that each pixel was taken for.</param>
    public void Add(AnnotatedBatch batch, Tensor found)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < batch.Indices.Count; i++)
        {
            if (wanted.Contains(batch.Indices[i]))
            {
                kept.Add((Copy(batch.Images), Copy(batch.Maps!), Copy(found)));
            }

            Tensor Copy(Tensor all) => all[i].cpu().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Draws what was kept: at least one image, all of one size.</summary>
    /// <param name="title">One line above.</param>
    public Figure Draw(string title)
    {
        using var scope = NewDisposeScope();
        var (seen, truth) = (ExampleImages.InColor(kept.Select(row => row.Image)), stack(kept.Select(row => row.Truth)));
        var pictures = stack([seen, MapPictures.Of(truth), MapPictures.Of(stack(kept.Select(row => row.Found)))], 1); // [N, 3, 3, H, W]
        return new Figure(title, pictures.MoveToOuterDisposeScope(), ["image", "classes", "found"])
        {
            Captions = [.. kept.SelectMany(row => new[] { "", Names(row.Truth), Right(row.Truth, row.Found) })],
        };
    }

    /// <summary>Frees the images.</summary>
    public void Dispose()
    {
        foreach (var (image, truth, found) in kept)
        {
            image.Dispose();
            truth.Dispose();
            found.Dispose();
        }

        kept.Clear();
    }

    private string Names(Tensor truth) => string.Join(
        ", ", truth.data<byte>().Distinct().Where(number => number != IAnnotatedSource.Void).Order().Select(number => classes[number]));

    private static string Right(Tensor truth, Tensor found)
    {
        using var scope = NewDisposeScope();
        var counted = truth.ne(IAnnotatedSource.Void);
        var (all, right) = (counted.sum().ToInt64(), truth.eq(found).logical_and(counted).sum().ToInt64());
        return all == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * right / all:F0} % right");
    }
}
