using SkiaSharp;

namespace SslFramework.Fuzz;

/// <summary>One small image in every format that is read.</summary>
internal static class ImageSeeds
{
    public static IEnumerable<byte[]> Make()
    {
        using var bitmap = new SKBitmap(20, 12, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var i = 0; i < 20 * 12; i++)
        {
            bitmap.SetPixel(i % 20, i / 20, new SKColor((byte)(i * 5), (byte)(i * 11), (byte)(i * 17), (byte)(255 - (i / 4))));
        }

        var formats = new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp };
        var encoded = formats.Select(format => bitmap.Encode(format, 90).ToArray()).ToArray();
        byte[] orientation = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return
        [
            .. encoded,
            [.. encoded[0][..2], .. orientation, .. encoded[0][2..]],
            [.. "BM"u8, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[24], 0, 0, 255, 255, 0, 0, 0, 0],
            [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B],
        ];
    }
}
