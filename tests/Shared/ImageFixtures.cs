using SkiaSharp;

namespace SslFramework.Tests;

/// <summary>Small image files, made on the spot.</summary>
public static class ImageFixtures
{
    /// <summary>Two columns and three rows of even blocks that survive JPEG; block (row, column) has its own color.</summary>
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

    /// <summary>One color, with transparency.</summary>
    public static byte[] Transparent(SKColor color)
    {
        using var bitmap = new SKBitmap(4, 4, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(color);
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    /// <summary>A JPEG, PNG or WebP with EXIF that names an orientation, 1 to 8.</summary>
    public static byte[] WithOrientation(byte[] file, byte orientation, bool littleEndian = false)
    {
        byte[] tiff = littleEndian
            ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        const int afterHeader = 33; // of a PNG
        return file[0] switch
        {
            0xFF => [.. file[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. tiff, .. file[2..]],
            0x89 => [.. file[..afterHeader], .. PngFixtures.Chunk("eXIf"u8, tiff), .. file[afterHeader..]],
            _ => WebpWith(file, tiff),
        };
    }

    /// <summary>Puts a WebP file's only chunk into the extended form, which may hold EXIF.</summary>
    private static byte[] WebpWith(byte[] file, byte[] exif)
    {
        using var bitmap = SKBitmap.Decode(file);
        byte[] features = [0x08, 0, 0, 0, (byte)(bitmap.Width - 1), 0, 0, (byte)(bitmap.Height - 1), 0, 0];
        byte[] content = [.. "WEBPVP8X"u8, .. Little(features.Length), .. features, .. file[12..], .. "EXIF"u8, .. Little(exif.Length), .. exif];
        return [.. "RIFF"u8, .. Little(content.Length), .. content];

        static byte[] Little(int number) => BitConverter.GetBytes(number);
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

    /// <summary>A GIF of two frames of 1 × 1 pixel, white and then black.</summary>
    public static byte[] AnimatedGif()
    {
        var one = Gif();
        byte[] second = [.. one[19..^1]];
        second[^2] = 0x4C;
        return [.. one[..^1], .. second, 0x3B];
    }

    /// <summary>A picture with smooth and sharp parts in every color, which no subsampling leaves alone.</summary>
    public static SKBitmap Picture(int width, int height, bool gray = false)
    {
        var bitmap = new SKBitmap(width, height, gray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        var random = new SampleRandom((ulong)width, (ulong)height, 0, 0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var noise = random.Next(60);
                bitmap.SetPixel(x, y, new SKColor((byte)((x * 9) + noise), (byte)((y * 7) + noise), (byte)((x * y) + noise)));
            }
        }

        return bitmap;
    }

    public static byte[] Jpeg(int width, int height, int quality = 90, SKJpegEncoderDownsample sampling = SKJpegEncoderDownsample.Downsample420, bool gray = false)
    {
        using var bitmap = Picture(width, height, gray);
        using var pixels = bitmap.PeekPixels();
        return pixels.Encode(new SKJpegEncoderOptions(quality, sampling, SKJpegEncoderAlphaOption.Ignore))!.ToArray();
    }

    /// <summary>8 × 8 pixels of the color (228, 0, 27), stored as YCCK.</summary>
    public static byte[] CmykJpeg() => Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJ"
        + "CgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgACAAIBAER"
        + "AAIRAQMRAQQRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQy"
        + "gZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeY"
        + "mZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/EAB8BAAMBAQEBAQEBAQEAAAAAAAABAgME"
        + "BQYHCAkKC//EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEHYXETIjKBCBRCkaGxwQkjM1LwFWJy0QoWJDThJfEXGBkaJicoKSo1Njc4"
        + "OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoKDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW"
        + "19jZ2uLj5OXm5+jp6vLz9PX29/j5+v/aAA4EAQACEQMRBAAAPwD7gr9kP8Pz9/K//9k=");

    /// <summary>24 × 16 pixels in several scans.</summary>
    public static byte[] ProgressiveJpeg() => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYU"
        + "GBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAQABgD"
        + "ASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAQFBgf/xAAXAQADAQAAAAAAAAAAAAAAAAACBAUG/9oADAMBAAIQAxAAAAHmzth0ZEY0wnpP"
        + "/8QAFhAAAwAAAAAAAAAAAAAAAAAAAAIE/9oACAEBAAEFAlnFnFnFnFnFnP/EABcRAAMBAAAAAAAAAAAAAAAAAAADBCL/2gAIAQMBAT8BmrF15P/E"
        + "ABcRAAMBAAAAAAAAAAAAAAAAAAABBAL/2gAIAQIBAT8B3SOk/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwJf/8QAFRABAQAAAAAAAAAA"
        + "AAAAAAAAAGH/2gAIAQEAAT8hkkkkkk//2gAMAwEAAgADAAAAEDMv/8QAFhEBAQEAAAAAAAAAAAAAAAAAIQAx/9oACAEDAQE/EM2E3//EABcRAQAD"
        + "AAAAAAAAAAAAAAAAAAAhMWH/2gAIAQIBAT8Q0SW//8QAFxAAAwEAAAAAAAAAAAAAAAAAAIHwEP/aAAgBAQABPxAlGUZRlHk//9k=");
}
