using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Jpeg;
using SslFramework.Core.Data.Decoding.Png;
using SslFramework.Core.Data.Decoding.Sharp;

namespace SslFramework.Fuzz;

/// <summary>Images and maps.</summary>
internal static class ImageTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("image", input =>
        {
            ImageDecoder.Decode(input, new DecodeOptions(), "x", new PixelBuffer());
            ImageDecoder.Decode(input, new DecodeOptions { Channels = 1 }, "x", new PixelBuffer());
        })
        {
            MostMemory = 8L * new DecodeOptions().MaximumPixels, // a header may say so much
            Seeds = ImageSeeds.Make,
        },
        JpegTarget.Target,
        new("map", input => PngMap.Read(input, "x", new PixelBuffer()))
        {
            MostMemory = 8L * 50_000_000, // a header may say so much
            Seeds = ImageSeeds.Maps,
        },
        .. Formats(),
    ];

    /// <summary>Each format alone, with small images, so that what their decoders take beyond their pixels shows.</summary>
    private static IEnumerable<FuzzTarget> Formats()
    {
        const int Most = 1_000_000;
        const int BytesOfAPixel = 64;
        return ImageSeeds.Formats.Select(format => new FuzzTarget(format.Name, input =>
        {
            if (format.Is(input))
            {
                ImageDecoder.Decode(input, new DecodeOptions { MaximumPixels = Most }, "x", new PixelBuffer());
            }
        })
        {
            MostMemory = (long)BytesOfAPixel * Most,
            Seeds = () => format.Seeds(),
        }).Append(new FuzzTarget("jpeg-cmyk", input =>
        {
            // As those of CMYK are decoded.
            if (input.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]) && JpegMarkers.HasEnd(input))
            {
                SharpReader.Jpeg(input, new DecodeLimit("x", Most)).Dispose();
            }
        })
        {
            MostMemory = (long)BytesOfAPixel * Most,
            Seeds = ImageSeeds.Make,
        });
    }
}
