namespace SslFramework.Engine.Data.Loading;

/// <summary>
/// Draws a view anew if one class has too much of it, so that small things are not lost among backgrounds: of ten attempts the first that
/// shows several classes none of which has too large a share of the pixels that count, or else the last. A pure function of seed, epoch,
/// image and view.
/// </summary>
/// <param name="source">Knows the classes.</param>
/// <param name="largestShare">The most that a class may have, 0 to 1.</param>
internal sealed class VariedViews(IAnnotatedSource source, double largestShare)
{
    /// <summary>How often a view is drawn, at most.</summary>
    public const int Attempts = 10;

    private readonly int classes = source.Annotations.MapClasses.Count;

    /// <summary>Makes the view.</summary>
    /// <param name="augmentation">Draws it.</param>
    /// <param name="buffer">Holds the image.</param>
    /// <param name="image">The image's number.</param>
    /// <param name="view">The view's.</param>
    /// <param name="destination">Receives the view.</param>
    public ViewGeometry Trace(ITracedAugmentation augmentation, ViewBuffer buffer, int image, int view, Span<float> destination)
    {
        LabelMap.Read(source, image, null, buffer.Map);
        var (shape, attempt) = (augmentation.Views[view], 0);
        var map = new byte[shape.Height * shape.Width];
        while (true)
        {
            var geometry = augmentation.Trace(buffer.Image, view, buffer.Random(view, attempt), destination);
            LabelMap.Show(buffer.Map.Image, geometry, new ImageSize(shape.Height, shape.Width), map);
            if (++attempt == Attempts || IsVaried(map))
            {
                return geometry;
            }
        }
    }

    private bool IsVaried(byte[] map)
    {
        var (pixels, all) = (new int[classes], 0);
        foreach (var number in map)
        {
            if (number != IAnnotatedSource.Void)
            {
                (pixels[number], all) = (pixels[number] + 1, all + 1);
            }
        }

        return pixels.Max() is var most && most < all && most < largestShare * all;
    }
}
