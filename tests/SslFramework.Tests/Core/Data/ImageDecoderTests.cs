using System.Buffers.Binary;
using SkiaSharp;
using SslFramework.Core.Data;

namespace SslFramework.Tests.Core.Data;

[TestClass]
public class ImageDecoderTests
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
    public void Decode_TruncatedAnywhere_NamesTheFileAndNeverGivesHalfAnImage()
    {
        foreach (var encoded in new[] { ImageFixtures.Encode(SKEncodedImageFormat.Jpeg), ImageFixtures.Encode(SKEncodedImageFormat.Webp) })
        {
            for (var length = 0; length < encoded.Length - 2; length += 7)
            {
                DataErrors.AssertRefused(() => Decode(encoded[..length]), "'some.jpg'");
            }
        }
    }

    [TestMethod]
    public void Decode_PngTruncated_IsRefusedUpToItsLastPixel()
    {
        var png = ImageFixtures.Encode(SKEncodedImageFormat.Png);
        var end = png.AsSpan().LastIndexOf("IDAT"u8) + 4;
        for (var length = 0; length < end; length += 5)
        {
            DataErrors.AssertRefused(() => Decode(png[..length]), "'some.jpg'");
        }
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
        var before = GC.GetAllocatedBytesForCurrentThread();
        DataErrors.AssertRefused(() => Decode(bitmap), "30000 × 20000", "50 million");
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Decode_Text_SaysThatItIsNoImage() =>
        DataErrors.AssertRefused(() => Decode("This is not an image."u8.ToArray()), "'some.jpg'", "not a JPEG");

    private static PixelBuffer Decode(byte[] encoded, int channels = 3)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(encoded, channels, "some.jpg", buffer);
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
