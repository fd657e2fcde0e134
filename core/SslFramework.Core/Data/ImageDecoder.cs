namespace SslFramework.Core.Data;

/// <summary>
/// Decodes JPEG, PNG, WebP, BMP and GIF (its first frame), told apart by content. The EXIF orientation is applied,
/// transparent pixels lie on mid-grey (128), colour profiles are ignored as Pillow ignores them. JPEGs go to libjpeg-turbo
/// where it is installed, which is more than twice as fast, and to SkiaSharp otherwise: the pixels are the same. Version 3
/// of it leaves out what no view is made of, and so does not see damage below; the pixels that remain are the same. None
/// is decoded at a smaller scale, which would be cheaper for large photographs: its pixels differ.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Larger images are refused from their header, before memory is taken.</summary>
    public const int MaximumPixels = 50_000_000;

    /// <summary>Larger files are refused before they are read.</summary>
    public const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>What decodes JPEGs in this process.</summary>
    public static string JpegDecoder => TurboJpeg.Installed is { } turbo ? $"libjpeg-turbo{(turbo.DecodesParts ? " 3" : "")} ({turbo.Library})" : SkiaDecoder.Name;

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="channels">1 (grey, ITU-R 601) or 3 (red, green, blue).</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="destination">Where the pixels go.</param>
    /// <exception cref="ExperimentException">It is no image, too large, truncated or damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> encoded, int channels, string name, PixelBuffer destination)
    {
        CheckBytes(encoded.Length, name);
        var isJpeg = encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]);
        if (isJpeg && !HasEnd(encoded))
        {
            throw Bad(name, "it is truncated");
        }

        if (!isJpeg || TurboJpeg.Installed?.TryDecode(encoded, channels, name, destination) != true)
        {
            SkiaDecoder.Decode(encoded, channels, name, destination);
        }
    }

    /// <summary>Refuses a file for its length.</summary>
    /// <exception cref="ExperimentException">It is empty, or longer than <see cref="MaximumBytes"/>.</exception>
    internal static void CheckBytes(long length, string name)
    {
        if (length is 0 or > MaximumBytes)
        {
            throw Bad(name, length == 0 ? "it has 0 bytes" : $"its {length >> 20} MB are more than the {MaximumBytes >> 20} allowed");
        }
    }

    /// <summary>Refuses an image for what its header says.</summary>
    /// <exception cref="ExperimentException">It has more than <see cref="MaximumPixels"/>.</exception>
    internal static void CheckPixels(int width, int height, string name)
    {
        if ((long)width * height > MaximumPixels)
        {
            throw Bad(name, $"its {width} × {height} pixels are more than the {MaximumPixels / 1_000_000} million allowed");
        }
    }

    internal static ExperimentException Bad(string name, string why) =>
        new(ExitCode.Data, $"The image '{name}' cannot be used: {why}; repair or remove it.");

    // Of a progressive JPEG that is cut off, decoders make a blurred image without a word. The end marker is behind the
    // last scan; an earlier one is a thumbnail's.
    private static bool HasEnd(ReadOnlySpan<byte> jpeg) =>
        jpeg.EndsWith<byte>([0xFF, 0xD9]) || jpeg.LastIndexOf<byte>([0xFF, 0xD9]) > jpeg.LastIndexOf<byte>([0xFF, 0xDA]);
}
