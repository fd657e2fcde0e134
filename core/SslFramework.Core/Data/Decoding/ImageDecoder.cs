using System.Globalization;
using SslFramework.Core.Data.Decoding.Jpeg;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Decoding.Sharp;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// Decodes JPEG, PNG, WebP, BMP, GIF (its first frame) and TGA, recognized by content. The EXIF orientation is applied,
/// transparent pixels are laid on mid-gray (128) unless the alpha channel is dropped, and color profiles are ignored as in
/// Pillow. JPEGs have libjpeg-turbo's pixels; what no view is made from is skipped, and so damage below is not seen. None is
/// decoded at a smaller scale, which would be cheaper for large photographs, because its pixels differ. JPEGs and PNGs have
/// readers of their own, and ImageSharp decodes the rest, JPEGs of other kinds among it.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Larger files are refused before they are read.</summary>
    public const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>What decodes JPEGs in this process.</summary>
    public static string JpegDecoder => $"SslFramework ({SampleStages.Fastest.Name})";

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="options">The channels to make (gray is ITU-R 601), the largest size, and how alpha is treated.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels.</param>
    /// <exception cref="ExperimentException">It is not an image, too large, truncated or damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination)
    {
        CheckBytes(encoded.Length, name);
        var isJpeg = encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]);
        if (isJpeg && !JpegMarkers.HasEnd(encoded))
        {
            throw Bad(name, "it is truncated");
        }

        if (isJpeg && Jpeg.JpegDecoder.TryDecode(encoded, options, name, destination))
        {
            return;
        }

        using var stored = Read(encoded, new DecodeLimit(name, options.MaximumPixels));
        StoredPixels.Write(stored, options, name, destination);
    }

    /// <summary>Reads an image as its file holds it.</summary>
    /// <exception cref="ExperimentException">It is not an image, too large, truncated or damaged.</exception>
    internal static StoredImage Read(ReadOnlySpan<byte> encoded, DecodeLimit limit) =>
        PngChunks.IsPng(encoded) ? PngReader.Read(encoded, limit)
        : encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? SharpReader.Jpeg(encoded, limit)
        : WebpFile.IsWebp(encoded) ? SharpReader.Webp(encoded, limit)
        : GifFile.IsGif(encoded) ? SharpReader.Gif(encoded, limit)
        : BmpFile.IsBmp(encoded) ? SharpReader.Bmp(encoded, limit)
        : TgaFile.IsTga(encoded) ? SharpReader.Tga(encoded, limit)
        : throw Bad(limit.Name, "it is not a JPEG, PNG, WebP, BMP, GIF or TGA, or its header is damaged");

    /// <summary>Refuses a file because of its length.</summary>
    /// <exception cref="ExperimentException">It is empty, or longer than <see cref="MaximumBytes"/>.</exception>
    internal static void CheckBytes(long length, string name)
    {
        if (length is 0 or > MaximumBytes)
        {
            throw Bad(name, length == 0 ? "it has 0 bytes" : $"its {length >> 20} MB are more than the {MaximumBytes >> 20} allowed");
        }
    }

    /// <summary>Refuses an image because of what its header says.</summary>
    /// <exception cref="ExperimentException">It has more than <paramref name="most"/> pixels.</exception>
    internal static void CheckPixels(int width, int height, int most, string name)
    {
        if ((long)width * height > most)
        {
            throw new ExperimentException(
                FailureKind.Data,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image '{name}' cannot be used: "
                    + $"its {width} × {height} pixels are more than the {most / 1e6:0.######} million of \"maximumPixels\"; ")
                + (most < DecodeOptions.MostPixels
                    ? "raise that option of the data source, or shrink the images with 'ssl data pack --size'."
                    : "shrink it, or leave it out."));
        }
    }

    internal static ExperimentException Bad(string name, string why) =>
        new(FailureKind.Data, $"The image '{name}' cannot be used: {why}; repair or remove it.");
}
