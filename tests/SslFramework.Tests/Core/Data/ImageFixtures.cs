using SkiaSharp;

namespace SslFramework.Tests.Core.Data;

/// <summary>Small image files, made on the spot.</summary>
public static class ImageFixtures
{
    /// <summary>Two columns and three rows of even blocks that survive JPEG; block (row, column) has its own colour.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int block = 16)
    {
        using var bitmap = new SKBitmap(2 * block, 3 * block, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                bitmap.SetPixel(x, y, Color(y / block, x / block));
            }
        }

        return bitmap.Encode(format, 100).ToArray();
    }

    public static SKColor Color(int row, int column) => new((byte)(40 + (row * 80)), (byte)(60 + (column * 120)), 90);

    /// <summary>One colour, with transparency.</summary>
    public static byte[] Transparent(SKColor color)
    {
        using var bitmap = new SKBitmap(4, 4, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(color);
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    /// <summary>A JPEG with an EXIF segment that names an orientation, 1 to 8.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A BMP of 2 × 1 pixels: red, then blue.</summary>
    public static byte[] Bitmap() =>
    [
        .. "BM"u8, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
        40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 255, 255, 0, 0, 0, 0,
    ];

    /// <summary>A GIF of 1 × 1 pixel, white.</summary>
    public static byte[] Gif() =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ];
}
