namespace SslFramework.Core.Data.Decoding.Png;

/// <summary>Reads PNGs whose values are numbers, not colors: maps of classes. Palettes, which are for the eye, are ignored.</summary>
internal static class PngMap
{
    private const int MostPixels = 50_000_000;

    /// <summary>Reads the numbers of a map.</summary>
    /// <param name="png">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="destination">Receives one channel of 8 bits.</param>
    /// <exception cref="ExperimentException">It is no PNG of numbers, too large, truncated or damaged.</exception>
    public static void Read(ReadOnlySpan<byte> png, string name, PixelBuffer destination)
    {
        var limit = new DecodeLimit(name, MostPixels);
        var parts = PartsOf(png, limit);
        if (parts.Header is not { Color: PngColor.Gray or PngColor.Palette, Depth: <= 8 })
        {
            throw ImageDecoder.Bad(
                name,
                $"it has {(parts.Header.Samples == 1 ? "16 bits" : "colors")}, but the values of a map are classes: save it with a "
                + "palette, or as gray of 8 bits");
        }

        using var map = PngReader.ReadNumbers(png, parts, limit);
        var numbers = destination.Resize(map.Size.Height, map.Size.Width, 1);
        map.Levels.CopyTo(numbers);
        if (parts.Header.Depth < 8)
        {
            // Gray of few bits was made as bright as that of 8: 255 is a multiple of 1, 3 and 15.
            var step = 255 / ((1 << parts.Header.Depth) - 1);
            foreach (ref var number in numbers)
            {
                number = (byte)(number / step);
            }
        }
    }

    /// <summary>Reads the numbers of a map of objects, of which there may be more than 256.</summary>
    /// <param name="png">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="destination">Receives one channel of 16 bits.</param>
    /// <exception cref="ExperimentException">It is no PNG of 16 bits and one channel, too large, truncated or damaged.</exception>
    public static void ReadDeep(ReadOnlySpan<byte> png, string name, PixelBuffer destination)
    {
        var limit = new DecodeLimit(name, MostPixels);
        var parts = PartsOf(png, limit);
        if (parts.Header is not { Color: PngColor.Gray, Depth: 16 })
        {
            throw ImageDecoder.Bad(name, "a map of objects must be gray of 16 bits");
        }

        using var map = PngReader.ReadNumbers(png, parts, limit);
        map.Values.CopyTo(destination.ResizeDeep(map.Size.Height, map.Size.Width, 1));
    }

    private static PngParts PartsOf(ReadOnlySpan<byte> png, DecodeLimit limit)
    {
        if (!PngChunks.IsPng(png))
        {
            throw ImageDecoder.Bad(limit.Name, "a map of classes must be a PNG, which keeps numbers as they are");
        }

        var parts = PngParts.Find(png, limit);
        return parts.Orientation == ExifOrientation.Upright ? parts : throw ImageDecoder.Bad(
            limit.Name, "EXIF gives it a direction, and it is not sure that whoever drew it meant that");
    }
}
