using System.Globalization;
using SslFramework.Core.Data.Decoding.Jpeg;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Decoding.Sharp;
using SslFramework.Core.Data.Decoding.Tiff;
using Decoder = SslFramework.Core.Data.Decoding.Jpeg.JpegDecoder;

namespace SslFramework.Core.Data.Decoding;

/// <summary>
/// Decodes JPEG, PNG, TIFF and GIF (the first image of either), WebP, BMP and TGA, recognized by content. The EXIF orientation
/// is applied, transparent pixels are laid on mid-gray (128) unless the alpha channel is dropped, and color profiles are ignored
/// as in Pillow. JPEGs have libjpeg-turbo's pixels unless they are made smaller; what no view is made from is skipped, and so damage
/// below is not seen. JPEGs, PNGs and TIFFs have readers of their own, the latter two of which keep 16 bits, SkiaSharp decodes WebP, and
/// ImageSharp the rest, JPEGs of other kinds among it.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Larger files are refused before they are read.</summary>
    public const int MaximumBytes = 256 * 1024 * 1024;

    /// <summary>What decodes JPEGs in this process.</summary>
    public static string JpegDecoder => $"SslFramework ({SampleStages.Fastest.Name})";

    /// <summary>Decodes one image.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="options">The channels and the depth to make (gray is ITU-R 601), the largest size, and how alpha is treated.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="destination">Receives the pixels.</param>
    /// <exception cref="ExperimentException">
    /// It is not an image, too large, truncated or damaged, or has other channels than are asked for.
    /// </exception>
    public static void Decode(ReadOnlySpan<byte> encoded, DecodeOptions options, string name, PixelBuffer destination) =>
        Decode(encoded, options, null, name, destination);

    /// <summary>Decodes one image of a source, which knows what is black and white in those of 16 bits.</summary>
    internal static void Decode(
        ReadOnlySpan<byte> encoded, DecodeOptions options, SourceWindow? window, string name, PixelBuffer destination)
    {
        CheckBytes(encoded.Length, name);
        if (IsJpeg(encoded) && !JpegMarkers.HasEnd(encoded))
        {
            throw Bad(name, "it is truncated");
        }

        if (IsJpeg(encoded) && options is { Depth: 8, Channels: 1 or 3 } && Decoder.TryDecode(encoded, options, name, destination))
        {
            return;
        }

        using var stored = Read(encoded, new DecodeLimit(name, options.MaximumPixels));
        var values = stored.Bits == 8 ? [] : window?.Value ?? (options.Window.Count > 0 ? options.Window : SourceWindow.Full);
        StoredPixels.Write(stored, options, values, name, destination);
    }

    /// <summary>Whether a file has 16 bits per value.</summary>
    internal static bool Is16Bits(ReadOnlySpan<byte> encoded) =>
        PngChunks.Depth(encoded) == 16 || TiffLayout.BitsOf(encoded) == 16;

    /// <summary>Reads an image as its file holds it.</summary>
    /// <exception cref="ExperimentException">It is not an image, too large, truncated or damaged.</exception>
    internal static StoredImage Read(ReadOnlySpan<byte> encoded, DecodeLimit limit) =>
        PngChunks.IsPng(encoded) ? PngReader.Read(encoded, limit)
        : IsJpeg(encoded) ? ReadJpeg(encoded, limit)
        : TiffLayout.IsTiff(encoded) ? TiffReader.Read(encoded, limit)
        : SkiaReader.IsWebp(encoded) ? SkiaReader.Webp(encoded, limit)
        : GifFile.IsGif(encoded) ? SharpReader.Gif(encoded, limit)
        : BmpFile.IsBmp(encoded) ? SharpReader.Bmp(encoded, limit)
        : TgaFile.IsTga(encoded) ? SharpReader.Tga(encoded, limit)
        : throw Bad(limit.Name, "it is not a JPEG, PNG, TIFF, WebP, BMP, GIF or TGA, or its header is damaged");

    private static StoredImage ReadJpeg(ReadOnlySpan<byte> encoded, DecodeLimit limit)
    {
        var whole = new PixelBuffer();
        if (!Decoder.TryDecode(encoded, new DecodeOptions { MaximumPixels = limit.MostPixels }, limit.Name, whole))
        {
            return SharpReader.Jpeg(encoded, limit);
        }

        var stored = StoredImage.Rent(new ImageSize(whole.Height, whole.Width), 3, 8, limit);
        whole.Image.Pixels.CopyTo(stored.Levels);
        return stored;
    }

    private static bool IsJpeg(ReadOnlySpan<byte> encoded) => encoded.StartsWith<byte>([0xFF, 0xD8, 0xFF]);

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
