using System.Buffers.Binary;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Tests.Core.Data.Decoding;

[TestClass]
internal class ImageDecoderTests
{
    private const int Block = 16;

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Jpeg, 3)]
    [DataRow(SKEncodedImageFormat.Png, 0)]
    [DataRow(SKEncodedImageFormat.Webp, 4)]
    public void Decode_KnownFormats_GivesThePixels(SKEncodedImageFormat format, int tolerance)
    {
        var buffer = Decode(ImageFixtures.Encode(format, Block));
        Assert.AreEqual((3 * Block, 2 * Block, 3), (buffer.Height, buffer.Width, buffer.Channels));
        for (var row = 0; row < 3; row++)
        {
            AssertBlock(buffer, row, 0, row, 0, tolerance);
            AssertBlock(buffer, row, 1, row, 1, tolerance);
        }
    }

    [TestMethod]
    public void Decode_BitmapAndGif_GivesThePixels()
    {
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 0, 0, 255 }, Decode(ImageFixtures.Bitmap()).Image.Pixels.ToArray());
        CollectionAssert.AreEqual(new byte[] { 255, 255, 255 }, Decode(ImageFixtures.Gif()).Image.Pixels.ToArray());
    }

    [TestMethod]
    [DataRow(1, false, 0, 0)]
    [DataRow(2, false, 0, 1)]
    [DataRow(3, false, 2, 1)]
    [DataRow(4, false, 2, 0)]
    [DataRow(5, true, 0, 0)]
    [DataRow(6, true, 2, 0)]
    [DataRow(7, true, 2, 1)]
    [DataRow(8, true, 0, 1)]
    public void Decode_ExifOrientation_IsApplied(int orientation, bool turned, int cornerRow, int cornerColumn)
    {
        var jpeg = ImageFixtures.WithOrientation(ImageFixtures.Encode(SKEncodedImageFormat.Jpeg, Block), (byte)orientation);
        var buffer = Decode(jpeg);
        var (rows, columns) = turned ? (2, 3) : (3, 2);
        Assert.AreEqual((rows * Block, columns * Block), (buffer.Height, buffer.Width));

        // From the block that comes to the upper left, one way goes along the stored rows and the other along the columns.
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var (alongRows, alongColumns) = turned ? (x, y) : (y, x);
                AssertBlock(buffer, y, x, Math.Abs(cornerRow - alongRows), Math.Abs(cornerColumn - alongColumns), 4);
            }
        }
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Jpeg)]
    [DataRow(SKEncodedImageFormat.Png)]
    [DataRow(SKEncodedImageFormat.Webp)]
    public void Decode_OrientationOfEveryFormat_IsApplied(SKEncodedImageFormat format)
    {
        var file = ImageFixtures.Encode(format, Block);
        foreach (var littleEndian in new[] { false, true })
        {
            var buffer = Decode(ImageFixtures.WithOrientation(file, 6, littleEndian));
            Assert.AreEqual((2 * Block, 3 * Block), (buffer.Height, buffer.Width));
            AssertBlock(buffer, 0, 0, 2, 0, 4);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Decode_DataBehindTheEndOfAJpeg_HarmNoPixel(bool progressive)
    {
        var jpeg = progressive ? ImageFixtures.ProgressiveJpeg() : ImageFixtures.WithOrientation(ImageFixtures.Jpeg(40, 30), 3);
        byte[] video = [.. "\0\0\0\u0018ftypmp42"u8, 0xFF, 0xDA, 0, 8, 1, 2, 3, 4, 5, 6, 7];
        CollectionAssert.AreEqual(Decode(jpeg).Image.Pixels.ToArray(), Decode([.. jpeg, .. video]).Image.Pixels.ToArray());
        DataErrors.AssertRefused(() => Decode([.. jpeg[..^40], .. new byte[600]]), "truncated");
    }

    [TestMethod]
    public void Decode_AlphaDropped_LeavesTheColours()
    {
        var drop = new DecodeOptions { Alpha = AlphaChannel.Drop };
        foreach (byte alpha in new byte[] { 0, 20, 255 })
        {
            var buffer = new PixelBuffer();
            ImageDecoder.Decode(PngFixtures.Make(8, 6, 1, [200, 30, 7, alpha]), drop, "a.png", buffer);
            CollectionAssert.AreEqual(new byte[] { 200, 30, 7 }, buffer.Image.Pixels.ToArray());
        }
    }

    [TestMethod]
    public void Decode_MorePixelsThanTheOptionAllows_IsRefusedWithTheOptionsName()
    {
        var jpeg = ImageFixtures.Jpeg(20, 10);
        var png = ImageFixtures.Encode(SKEncodedImageFormat.Png, 8);
        foreach (var image in new[] { jpeg, png })
        {
            var buffer = new PixelBuffer();
            DataErrors.AssertRefused(() => ImageDecoder.Decode(image, new DecodeOptions { MaximumPixels = 199 }, "a", buffer), "0.000199 million of \"maximumPixels\"");
            ImageDecoder.Decode(image, new DecodeOptions { MaximumPixels = 16 * 24 }, "a", buffer);
        }
    }

    [TestMethod]
    public void Decode_Transparency_LiesOnMidGrey()
    {
        CollectionAssert.AreEqual(new byte[] { 128, 128, 128 }, First(ImageFixtures.Transparent(new SKColor(255, 0, 0, 0))));
        var half = First(ImageFixtures.Transparent(new SKColor(255, 0, 0, 128)));
        Assert.AreEqual(192, half[0], 1);
        Assert.AreEqual(64, half[1], 1);

        static byte[] First(byte[] encoded) => Decode(encoded).Image.Pixels[..3].ToArray();
    }

    [TestMethod]
    public void Decode_OneChannel_IsTheLuma()
    {
        var grey = Decode(ImageFixtures.Encode(SKEncodedImageFormat.Png), channels: 1).Image.Pixels[0];
        var color = ImageFixtures.Color(0, 0);
        Assert.AreEqual((0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue), grey, 0.51);
    }

    [TestMethod]
    public void Decode_TruncatedAtEveryLength_IsRefusedByNameOrWhole()
    {
        byte[][] files =
        [
            ImageFixtures.Encode(SKEncodedImageFormat.Jpeg), ImageFixtures.Encode(SKEncodedImageFormat.Webp),
            ImageFixtures.Encode(SKEncodedImageFormat.Png), ImageFixtures.ProgressiveJpeg(), ImageFixtures.Bitmap(), ImageFixtures.AnimatedGif(),
        ];
        foreach (var file in files)
        {
            var whole = Decode(file).Image.Pixels.ToArray();
            for (var length = 0; length < file.Length; length++)
            {
                try
                {
                    CollectionAssert.AreEqual(whole, Decode(file[..length]).Image.Pixels.ToArray(), $"{length} of {file.Length} bytes");
                }
                catch (ExperimentException error)
                {
                    Assert.AreEqual(FailureKind.Data, error.Kind);
                    StringAssert.Contains(error.Message, "'some.jpg'");
                }
            }

            DataErrors.AssertRefused(() => Decode(file[..(file.Length / 2)]), "'some.jpg'");
        }
    }

    [TestMethod]
    public void Decode_Cmyk_IsColour()
    {
        var pixel = Decode(ImageFixtures.CmykJpeg()).Image.Pixels[..3];
        Assert.AreEqual(228, pixel[0], 3);
        Assert.AreEqual(0, pixel[1], 3);
        Assert.AreEqual(27, pixel[2], 3);
    }

    [TestMethod]
    public void Decode_PngOfEveryKind_IsEightBitColour()
    {
        AssertPixels(PngFixtures.Make(16, 0, 2, [0x12, 0x34, 0xFF, 0xFF]), 0x12, 0x12, 0x12, 255, 255, 255);
        AssertPixels(PngFixtures.Make(16, 2, 1, [0x12, 0x34, 0x80, 0, 0xFF, 0xFF]), 0x12, 0x80, 0xFF);
        AssertPixels(PngFixtures.Make(8, 0, 2, [7, 200]), 7, 7, 7, 200, 200, 200);
        AssertPixels(PngFixtures.Make(1, 0, 2, [0b0100_0000]), 0, 0, 0, 255, 255, 255);
        AssertPixels(PngFixtures.Make(8, 3, 2, [1, 0], [1, 2, 3, 4, 5, 6]), 4, 5, 6, 1, 2, 3);
        AssertPixels(PngFixtures.Make(8, 4, 2, [50, 255, 50, 0]), 50, 50, 50, 128, 128, 128); // half of it on mid-grey
        AssertPixels(PngFixtures.Make(8, 6, 1, [1, 2, 3, 255]), 1, 2, 3);
    }

    [TestMethod]
    public void Decode_Animated_IsTheFirstFrame() => AssertPixels(ImageFixtures.AnimatedGif(), 255, 255, 255);

    [TestMethod]
    [DataRow(1, 20_000)]
    [DataRow(20_000, 1)]
    [DataRow(1, 1)]
    [DataRow(2, 2)]
    public void Decode_OddShapes_AreImages(int width, int height)
    {
        var buffer = Decode(ImageFixtures.Jpeg(width, height));
        Assert.AreEqual((height, width), (buffer.Height, buffer.Width));
    }

    [TestMethod]
    public void Decode_BitsFlipped_NeverDoesWorseThanAnError()
    {
        var jpeg = ImageFixtures.Encode(SKEncodedImageFormat.Jpeg);
        var random = new SampleRandom(1, 2, 3, 4);
        for (var i = 0; i < 300; i++)
        {
            var damaged = jpeg.ToArray();
            for (var flip = 0; flip < 5; flip++)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                Decode(damaged);
            }
            catch (ExperimentException error)
            {
                StringAssert.Contains(error.Message, "'some.jpg'");
            }
        }
    }

    [TestMethod]
    public void Decode_HugeHeader_IsRefusedBeforeMemoryIsTaken()
    {
        var bitmap = ImageFixtures.Bitmap();
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(18), 30_000);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(22), 20_000);
        var jpeg = ImageFixtures.Jpeg(8, 8);
        var frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 20_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 30_000);
        var png = PngFixtures.Make(8, 2, 30_000, new byte[90_000], height: 20_000);
        foreach (var bomb in new[] { bitmap, jpeg, png })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            DataErrors.AssertRefused(() => Decode(bomb), "30000 × 20000", "100 million", "data pack --size");
            Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void Decode_Text_SaysThatItIsNoImage() =>
        DataErrors.AssertRefused(() => Decode("This is not an image."u8.ToArray()), "'some.jpg'", "not a JPEG");

    private static void AssertPixels(byte[] encoded, params byte[] expected) =>
        CollectionAssert.AreEqual(expected, Decode(encoded).Image.Pixels.ToArray());

    private static PixelBuffer Decode(byte[] encoded, int channels = 3)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(encoded, new DecodeOptions { Channels = channels }, "some.jpg", buffer);
        return buffer;
    }

    private static void AssertBlock(PixelBuffer buffer, int blockRow, int blockColumn, int row, int column, int tolerance)
    {
        var middle = ((((blockRow * Block) + (Block / 2)) * buffer.Width) + (blockColumn * Block) + (Block / 2)) * 3;
        var pixel = buffer.Image.Pixels.Slice(middle, 3);
        var color = ImageFixtures.Color(row, column);
        Assert.AreEqual(color.Red, pixel[0], tolerance, $"red of block {blockRow}, {blockColumn}");
        Assert.AreEqual(color.Green, pixel[1], tolerance, $"green of block {blockRow}, {blockColumn}");
        Assert.AreEqual(color.Blue, pixel[2], tolerance, $"blue of block {blockRow}, {blockColumn}");
    }
}
