using System.Collections;
using SslFramework.Core.Data.Decoding.Png;

namespace SslFramework.Core.Data.Decoding;

/// <summary>What may go wrong with an image that can be decoded.</summary>
/// <param name="HasAlpha">Its file has an alpha channel.</param>
/// <param name="Is16Bits">Its file has 16 bits per value.</param>
/// <param name="IsGray">Every value is about mid-gray, the background of transparent pixels.</param>
/// <param name="Levels">How many of 256 levels its pixels use.</param>
/// <param name="Largest">The largest value in a file of 16 bits, alpha left out.</param>
internal readonly record struct PixelTraits(bool HasAlpha, bool Is16Bits, bool IsGray, short Levels, int Largest)
{
    private const int MidGray = 128;
    private const int Near = 16;

    /// <summary>Examines an image.</summary>
    /// <param name="encoded">Its file, if there is one.</param>
    /// <param name="image">Its pixels.</param>
    public static PixelTraits Of(byte[]? encoded, ImagePixels image)
    {
        var (hasAlpha, is16Bits, largest) = OfFile(encoded);
        if (!hasAlpha && !is16Bits)
        {
            return default;
        }

        var seen = new BitArray(256);
        var isGray = true;
        for (var i = 0; i < image.Height * image.Width * image.Channels; i++)
        {
            var level = image.BitsPerChannel == 8 ? image.Pixels[i] : image.DeepPixels[i] >> 8;
            seen[level] = true;
            isGray &= Math.Abs(level - MidGray) <= Near;
        }

        return new(hasAlpha, is16Bits, isGray, (short)seen.Cast<bool>().Count(level => level), largest);
    }

    // A JPEG has neither, and most files are JPEGs; the header of a PNG tells.
    private static (bool HasAlpha, bool Is16Bits, int Largest) OfFile(byte[]? encoded)
    {
        if (encoded is null || encoded.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return default;
        }

        var limit = new DecodeLimit("", DecodeOptions.MostPixels);
        if (PngChunks.Depth(encoded) is > 0 and < 16)
        {
            var parts = PngParts.Find(encoded, limit);
            return (new PngRow(parts.Header, parts.Palette, parts.Transparency).HasAlpha, false, 0);
        }

        using var stored = ImageDecoder.Read(encoded, limit);
        return (stored.HasAlpha, stored.Bits == 16, stored.Bits == 16 ? SourceWindow.LargestOf(stored) : 0);
    }
}
