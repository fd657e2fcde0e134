using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Decoding.Sharp;
using SslFramework.Core.Data.Decoding.Tiff;

namespace SslFramework.Fuzz;

/// <summary>One small image in every format that is read.</summary>
internal static class ImageSeeds
{
    /// <summary>The formats that have a target of their own.</summary>
    public static IReadOnlyList<(string Name, Func<byte[], bool> Is, Func<IEnumerable<byte[]>> Seeds)> Formats { get; } =
    [
        ("png", file => PngChunks.IsPng(file), () =>
        [
            Encode(new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit4 }),
            Encode(new PngEncoder { ColorType = PngColorType.RgbWithAlpha, BitDepth = PngBitDepth.Bit16, InterlaceMethod = PngInterlaceMode.Adam7 }),
            Encode(new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit1 }),
        ]),
        ("tiff", file => TiffLayout.IsTiff(file), () =>
        [
            Encode(new TiffEncoder { Compression = TiffCompression.Lzw, HorizontalPredictor = TiffPredictor.Horizontal }),
            Encode(new TiffEncoder { Compression = TiffCompression.Deflate }),
            Encode(new TiffEncoder { Compression = TiffCompression.PackBits }),
            Encode(new TiffEncoder { Compression = TiffCompression.None }),
        ]),
        ("webp", file => SkiaReader.IsWebp(file), () => [Webp(80), Webp(100)]),
        ("gif", file => GifFile.IsGif(file), () => [Encode(new GifEncoder())]),
        ("bmp", file => BmpFile.IsBmp(file), () =>
        [
            Encode(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel32, SupportTransparency = true }),
            Encode(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 }),
            Encode(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel1 }),
        ]),
        ("tga", file => TgaFile.IsTga(file), () =>
        [
            Encode(new TgaEncoder { BitsPerPixel = TgaBitsPerPixel.Pixel32, Compression = TgaCompression.RunLength }),
            Encode(new TgaEncoder { BitsPerPixel = TgaBitsPerPixel.Pixel16, Compression = TgaCompression.None }),
        ]),
    ];

    /// <summary>Maps of classes: with a palette, and as gray.</summary>
    public static IEnumerable<byte[]> Maps() =>
    [
        Encode(new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit2 }),
        Encode(new PngEncoder { ColorType = PngColorType.Palette, BitDepth = PngBitDepth.Bit8, InterlaceMethod = PngInterlaceMode.Adam7 }),
        Encode(new PngEncoder { ColorType = PngColorType.Grayscale, BitDepth = PngBitDepth.Bit8 }),
    ];

    private static byte[] Encode(IImageEncoder encoder)
    {
        using var image = new Image<Rgba32>(20, 12);
        for (var i = 0; i < 20 * 12; i++)
        {
            image[i % 20, i / 20] = new Rgba32((byte)(i * 5), (byte)(i * 11), (byte)(i * 17), (byte)(255 - (i / 4)));
        }

        using var file = new MemoryStream();
        image.Save(file, encoder);
        return file.ToArray();
    }

    private static byte[] Webp(int quality)
    {
        using var bitmap = new SKBitmap(20, 12, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Pixels = [.. Enumerable.Range(0, 20 * 12).Select(i => new SKColor((byte)(i * 5), (byte)(i * 11), (byte)(i * 17), (byte)(255 - (i / 4))))];
        return bitmap.Encode(SKEncodedImageFormat.Webp, quality).ToArray();
    }

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
