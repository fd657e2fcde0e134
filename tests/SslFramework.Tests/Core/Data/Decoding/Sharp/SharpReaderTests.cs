using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Tests.Core.Data.Decoding.Sharp;

[TestClass]
public class SharpReaderTests
{
    private static readonly Dictionary<string, Func<byte[]>> Files = new()
    {
        ["lossy.webp"] = () => Skia(SKEncodedImageFormat.Webp, 80),
        ["lossless.webp"] = () => Skia(SKEncodedImageFormat.Webp, 100),
        ["alpha.webp"] = () => Skia(SKEncodedImageFormat.Webp, 80, alpha: true),
        ["animated.webp"] = () => Animation(Skia(SKEncodedImageFormat.Webp, 100)),
        ["a.gif"] = () => Sharp(new GifEncoder()),
        ["24.bmp"] = () => Sharp(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 }),
        ["32.bmp"] = () => Sharp(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel32, SupportTransparency = true }),
        ["8.bmp"] = () => Sharp(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 }),
        ["24.tga"] = () => Sharp(new TgaEncoder { BitsPerPixel = TgaBitsPerPixel.Pixel24, Compression = TgaCompression.None }),
        ["runs.tga"] = () => Sharp(new TgaEncoder { BitsPerPixel = TgaBitsPerPixel.Pixel32, Compression = TgaCompression.RunLength }),
    };

    public static IEnumerable<object[]> Names => Files.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DataRow("lossy.webp")]
    [DataRow("lossless.webp")]
    [DataRow("alpha.webp")]
    [DataRow("animated.webp")]
    [DataRow("a.gif")]
    [DataRow("24.bmp")]
    [DataRow("8.bmp")]
    public void Decode_FormatsOfSkia_GivesItsPixels(string name)
    {
        var file = Files[name]();
        foreach (var channels in new[] { 1, 3 })
        {
            var (skia, decoded) = (new PixelBuffer(), new PixelBuffer());
            SkiaDecoder.Decode(file, new DecodeOptions { Channels = channels }, name, skia);
            ImageDecoder.Decode(file, new DecodeOptions { Channels = channels }, name, decoded);
            Assert.AreEqual((skia.Height, skia.Width), (decoded.Height, decoded.Width));
            CollectionAssert.AreEqual(skia.Image.Pixels.ToArray(), decoded.Image.Pixels.ToArray());
        }
    }

    [TestMethod]
    [DataRow("24.tga")]
    [DataRow("runs.tga")]
    [DataRow("32.bmp")]
    public void Decode_OtherFormats_GivesThePixels(string name)
    {
        var decoded = new PixelBuffer();
        ImageDecoder.Decode(Files[name](), new DecodeOptions(), name, decoded);
        using var picture = ImageFixtures.Picture(37, 23);
        var expected = picture.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue }).ToArray();
        CollectionAssert.AreEqual(expected, decoded.Image.Pixels.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Decode_TruncatedAtEveryLength_IsRefusedOrWhole(string name)
    {
        var file = Files[name]();
        var whole = Decode(file);
        for (var length = file.Length - 1; length >= 0; length -= 1 + (length / 60))
        {
            try
            {
                CollectionAssert.AreEqual(whole, Decode(file[..length]), $"{length} of {file.Length} bytes");
            }
            catch (ExperimentException refused)
            {
                StringAssert.Contains(refused.Message, "'some'");
            }
        }

        DataErrors.AssertRefused(() => Decode(file[..(file.Length / 2)]), "truncated");
    }

    [TestMethod]
    public void Decode_AGifWhoseDataEndEarly_IsTruncated()
    {
        var gif = ImageFixtures.Gif();
        gif[6] = gif[24] = 2; // two pixels wide, but there are data for one
        DataErrors.AssertRefused(() => Decode(gif), "truncated");
    }

    private static byte[] Decode(byte[] file)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(file, new DecodeOptions(), "some", buffer);
        return buffer.Image.Pixels.ToArray();
    }

    private static byte[] Skia(SKEncodedImageFormat format, int quality, bool alpha = false)
    {
        using var picture = ImageFixtures.Picture(37, 23);
        if (!alpha)
        {
            return picture.Encode(format, quality).ToArray();
        }

        using var transparent = new SKBitmap(37, 23, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        transparent.Pixels = [.. picture.Pixels.Select((pixel, i) => pixel.WithAlpha((byte)(i % 256)))];
        return transparent.Encode(format, quality).ToArray();
    }

    private static byte[] Sharp(IImageEncoder encoder)
    {
        using var picture = ImageFixtures.Picture(37, 23);
        using var image = Image.LoadPixelData([.. picture.Pixels.Select(pixel => new Rgba32(pixel.Red, pixel.Green, pixel.Blue))], 37, 23);
        using var file = new MemoryStream();
        image.Save(file, encoder);
        return file.ToArray();
    }

    /// <summary>Puts a still WebP into an animation of one frame.</summary>
    private static byte[] Animation(byte[] still)
    {
        byte[] size = [36, 0, 0, 22, 0, 0];
        byte[] frame = [.. "ANMF"u8, .. Little(16 + still.Length - 12), 0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. still[12..]];
        byte[] content = [.. "WEBPVP8X"u8, .. Little(10), 0x02, 0, 0, 0, .. size, .. "ANIM"u8, .. Little(6), 0, 0, 0, 0, 0, 0, .. frame];
        return [.. "RIFF"u8, .. Little(content.Length), .. content];

        static byte[] Little(int number) => BitConverter.GetBytes(number);
    }
}
