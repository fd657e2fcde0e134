namespace SslFramework.Engine.Data;

/// <summary>Reads the classes of an image's pixels, and makes them follow a view.</summary>
internal static class LabelMap
{
    /// <summary>Whether a source knows the classes of pixels.</summary>
    public static IAnnotatedSource? Of(IDataSource source) =>
        source is IAnnotatedSource annotated && annotated.Annotations.Kinds.HasFlag(LabelKinds.Maps) ? annotated : null;

    /// <summary>Reads a map and looks whether it is one of the image.</summary>
    /// <param name="source">A source with maps.</param>
    /// <param name="index">The image.</param>
    /// <param name="image">The image's size; null if it is not known.</param>
    /// <param name="map">Receives one channel of 8 bits.</param>
    /// <exception cref="ExperimentException">The map cannot be read, has another size, or names a class that does not exist.</exception>
    public static void Read(IAnnotatedSource source, int index, ImageSize? image, PixelBuffer map)
    {
        source.ReadMap(index, map);
        var (size, classes) = (new ImageSize(map.Height, map.Width), source.Annotations.MapClasses.Count);
        if (image is { } own && own != size)
        {
            throw Bad($"it has {size.Width} × {size.Height} pixels, but the image {own.Width} × {own.Height}; give both one size, and "
                + "none of them a direction in EXIF");
        }

        if (map.Image is not { Channels: 1, BitsPerChannel: 8 })
        {
            throw Bad($"it has {map.Channels} channels of {map.BitsPerChannel} bits; a source gives one of 8");
        }

        var most = classes == 0 ? IAnnotatedSource.Void : (byte)(classes - 1);
        if (map.Image.Pixels.IndexOfAnyExceptInRange((byte)0, most) >= 0 && Stranger(map.Image.Pixels, most) is { } stranger)
        {
            throw Bad($"it holds the class {stranger}, but there are {classes} classes, and {IAnnotatedSource.Void} for what counts "
                + "nowhere; name all classes, or correct the map");
        }

        ExperimentException Bad(string why) =>
            new(FailureKind.Data, $"The map of image '{ImageName.Of(source, index)}' cannot be used: {why}.");
    }

    /// <summary>
    /// Writes the class of every pixel of a view: that of the image's pixel in which its middle lies (Pillow's rule, and that of
    /// <c>nearest-exact</c>), or <see cref="IAnnotatedSource.Void"/> beyond the image.
    /// </summary>
    /// <param name="map">The image's map.</param>
    /// <param name="from">Where the view comes from.</param>
    /// <param name="view">The view's size.</param>
    /// <param name="destination">uint8 [H, W].</param>
    public static void Show(ImagePixels map, ViewGeometry from, ImageSize view, Span<byte> destination)
    {
        Span<int> columns = view.Width <= 1024 ? stackalloc int[view.Width] : new int[view.Width];
        for (var x = 0; x < view.Width; x++)
        {
            columns[x] = Place(from.Left, from.Width, from.Mirrored ? view.Width - 1 - x : x, view.Width, map.Width);
        }

        for (var y = 0; y < view.Height; y++)
        {
            var row = Place(from.Top, from.Height, y, view.Height, map.Height);
            for (var x = 0; x < view.Width; x++)
            {
                destination[(y * view.Width) + x] =
                    row < 0 || columns[x] < 0 ? IAnnotatedSource.Void : map.Pixels[(row * map.Width) + columns[x]];
            }
        }
    }

    private static int Place(double begin, double length, int pixel, int pixels, int limit)
    {
        var place = Math.Floor(begin + ((pixel + 0.5) * length / pixels));
        return place >= 0 && place < limit ? (int)place : -1;
    }

    private static byte? Stranger(ReadOnlySpan<byte> pixels, byte most)
    {
        foreach (var pixel in pixels)
        {
            if (pixel > most && pixel != IAnnotatedSource.Void)
            {
                return pixel;
            }
        }

        return null;
    }
}
