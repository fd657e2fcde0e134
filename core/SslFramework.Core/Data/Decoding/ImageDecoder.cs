using System.Globalization;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// Decodes JPEG, PNG, WebP, BMP and GIF (its first frame), told apart by content. The EXIF orientation is applied,
/// transparent pixels lie on mid-grey (128) unless the alpha channel is dropped, colour profiles are ignored as Pillow
/// ignores them. JPEGs go to libjpeg-turbo where it is installed, which is more than twice as fast, and to SkiaSharp
/// otherwise: the pixels are the same. Version 3 of it leaves out what no view is made of, and so does not see damage below;
/// the pixels that remain are the same. None is decoded at a smaller scale, which would be cheaper for large photographs:
/// its pixels differ.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Larger files are refused before they are read.</summary>
    public const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>What decodes JPEGs in this process.</summary>
    public static string JpegDecoder => TurboJpeg.Installed is { } turbo ? $"libjpeg-turbo{(turbo.DecodesParts ? " 3" : "")} ({turbo.Library})" : SkiaDecoder.Name;

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="options">The channels to make (grey is ITU-R 601), the largest size, and what becomes of alpha.</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="destination">Where the pixels go.</param>
    /// <exception cref="ExperimentException">It is no image, too large, truncated or damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination)
    {
        CheckBytes(encoded.Length, name);
        var isJpeg = encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]);
        if (isJpeg && !JpegMarkers.HasEnd(encoded))
        {
            throw Bad(name, "it is truncated");
        }

        if (!isJpeg || TurboJpeg.Installed?.TryDecode(encoded, options, name, destination) != true)
        {
            SkiaDecoder.Decode(encoded, options, name, destination);
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
    /// <exception cref="ExperimentException">It has more than <paramref name="most"/> pixels.</exception>
    internal static void CheckPixels(int width, int height, int most, string name)
    {
        if ((long)width * height > most)
        {
            throw new ExperimentException(
                FailureKind.Data,
                string.Create(CultureInfo.InvariantCulture, $"The image '{name}' cannot be used: its {width} × {height} pixels are more than the {most / 1e6:0.######} million of \"maximumPixels\"; ")
                + (most < DecodeOptions.MostPixels ? "raise that option of the data source, or shrink the images with 'ssl data pack --size'." : "shrink it, or leave it out."));
        }
    }

    internal static ExperimentException Bad(string name, string why) =>
        new(FailureKind.Data, $"The image '{name}' cannot be used: {why}; repair or remove it.");
}
