using System.Collections;
using SslFramework.Core.Data.Decoding.Png;

namespace SslFramework.Core.Data.Decoding;

/// <summary>What may go wrong with an image that can be decoded.</summary>
/// <param name="HasAlpha">Its file has an alpha channel.</param>
/// <param name="Is16Bits">Its file has 16 bits per value.</param>
/// <param name="IsGray">Every value is about mid-gray, the background of transparent pixels.</param>
/// <param name="Levels">How many of the 256 levels its pixels use.</param>
internal readonly record struct PixelTraits(bool HasAlpha, bool Is16Bits, bool IsGray, short Levels)
{
    private const int MidGray = 128;
    private const int Near = 16;

    /// <summary>Examines an image.</summary>
    /// <param name="encoded">Its file, if there is one.</param>
    /// <param name="image">Its pixels.</param>
    public static PixelTraits Of(byte[]? encoded, ImagePixels image)
    {
        var (hasAlpha, is16Bits) = (HasAlphaChannel(encoded), PngChunks.Depth(encoded) == 16);
        if (!hasAlpha && !is16Bits)
        {
            return default;
        }

        var seen = new BitArray(256);
        var isGray = true;
        foreach (var level in image.Pixels)
        {
            seen[level] = true;
            isGray &= Math.Abs(level - MidGray) <= Near;
        }

        return new(hasAlpha, is16Bits, isGray, (short)seen.Cast<bool>().Count(level => level));
    }

    // A JPEG has none, and most files are JPEGs.
    private static bool HasAlphaChannel(byte[]? encoded)
    {
        if (encoded is null || encoded.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return false;
        }

        using var stored = ImageDecoder.Read(encoded, new DecodeLimit("", DecodeOptions.MostPixels));
        return stored.HasAlpha;
    }
}
