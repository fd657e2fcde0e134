using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Tests.Core.Data.Decoding.Tiff;

[TestClass]
public class TiffReaderTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(8)]
    [DataRow(32773)]
    public void Read_EveryKind_GivesTheValues(int compression)
    {
        foreach (var bits in new[] { 8, 16 })
        {
            foreach (var channels in new[] { 1, 3, 5, 32 })
            {
                foreach (var kind in Enumerable.Range(0, 16))
                {
                    var tiff = new TiffFixtures(19, 37, channels, bits)
                    {
                        Compression = compression,
                        LittleEndian = (kind & 1) == 0,
                        Planar = (kind & 2) == 0,
                        Tile = (kind & 4) == 0 ? 16 : 0,
                        Predictor = (kind & 8) == 0 && (compression is 5 or 8),
                    };
                    CollectionAssert.AreEqual(tiff.Values, Values(tiff.File()), $"{tiff}");
                }
            }
        }
    }

    [TestMethod]
    public void Read_ManyCodes_StartsTheirTableAnew()
    {
        var random = new SampleRandom(1, 2, 3, 4);
        var noise = Enumerable.Range(0, 90 * 90).Select(_ => random.Next(256)).ToArray();
        var tiff = new TiffFixtures(90, 90, 1, 8) { Compression = 5, Rows = 90, Value = (y, x, _) => noise[(y * 90) + x] };
        CollectionAssert.AreEqual(tiff.Values, Values(tiff.File()));
        var flat = tiff with { Value = (y, _, _) => y / 30 };
        CollectionAssert.AreEqual(flat.Values, Values(flat.File()));
    }

    [TestMethod]
    [DataRow(TiffCompression.Lzw)]
    [DataRow(TiffCompression.Deflate)]
    [DataRow(TiffCompression.PackBits)]
    public void Read_FilesOfAnotherWriter_GivesThePixels(TiffCompression compression)
    {
        using var picture = ImageFixtures.Picture(61, 47);
        Rgb24[] pixels = [.. picture.Pixels.Select(pixel => new Rgb24(pixel.Red, pixel.Green, pixel.Blue))];
        using var image = Image.LoadPixelData(pixels, 61, 47);
        using var file = new MemoryStream();
        image.Save(file, new TiffEncoder { Compression = compression, HorizontalPredictor = TiffPredictor.Horizontal, BitsPerPixel = TiffBitsPerPixel.Bit24 });
        CollectionAssert.AreEqual(pixels.SelectMany(pixel => new int[] { pixel.R, pixel.G, pixel.B }).ToArray(), Values(file.ToArray()));
    }

    [TestMethod]
    public void Decode_AnOrientationAlphaOrWhiteAsZero_AreApplied()
    {
        var tiff = new TiffFixtures(2, 3, 1, 8) { Value = (y, x, _) => (10 * y) + x };
        CollectionAssert.AreEqual(new[] { 10, 0, 11, 1, 12, 2 }, Pixels((tiff with { More = [(274, 6)] }).File(), new() { Channels = 1 }));
        CollectionAssert.AreEqual(new[] { 255, 254, 253, 245, 244, 243 }, Pixels((tiff with { More = [(262, 0)] }).File(), new() { Channels = 1 }));

        var clear = new TiffFixtures(1, 1, 4, 8) { Value = (_, _, c) => c == 3 ? 0 : 200, More = [(338, 2)] };
        CollectionAssert.AreEqual(new[] { 128, 128, 128 }, Pixels(clear.File(), new()));
        CollectionAssert.AreEqual(new[] { 200, 200, 200 }, Pixels(clear.File(), new() { Alpha = AlphaChannel.Drop }));
        CollectionAssert.AreEqual(new[] { 200, 200, 200, 0 }, Pixels(clear.File(), new() { Channels = 4 }));
    }

    [TestMethod]
    public void Decode_OtherChannelsThanAskedFor_SaysWhichOptionToSet()
    {
        var five = new TiffFixtures(4, 4, 5, 16).File();
        DataErrors.AssertRefused(() => Pixels(five, new()), "has 5 channels, but \"channels\" of the data source is 3; set it to 5.");
        Assert.HasCount(80, Pixels(five, new() { Channels = 5 }));
        var near = new TiffFixtures(4, 4, 4, 8).File(); // near infrared
        DataErrors.AssertRefused(() => Pixels(near, new()), "set it to 4, or \"alpha\" to \"drop\"");
        Assert.HasCount(48, Pixels(near, new() { Alpha = AlphaChannel.Drop }));
        DataErrors.AssertRefused(() => Pixels(ImageFixtures.Jpeg(8, 8), new() { Channels = 5 }), "has 3 channels");
    }

    [TestMethod]
    [DataRow(258, 12, "12 bits")]
    [DataRow(259, 7, "compression 7")]
    [DataRow(262, 3, "palette")]
    [DataRow(317, 3, "predictor 3")]
    [DataRow(339, 3, "format 3")]
    [DataRow(277, 33, "33 channels")]
    [DataRow(338, 1, "multiplied")]
    public void Read_KindsThatAreNotRead_AreRefusedByName(int tag, int value, string part) =>
        DataErrors.AssertRefused(() => Values(new TiffFixtures(4, 4, 1, 8) { More = [(tag, value)] }.File()), "'x.tif'", part);

    [TestMethod]
    public void Read_ABigTiff_IsRefusedByName() =>
        DataErrors.AssertRefused(() => Values([.. "II+\0"u8, 8, 0, 0, 0, 0, 0, 0, 0]), "BigTIFF");

    [TestMethod]
    public void Read_TruncatedOrDamagedAnywhere_IsWholeOrRefused()
    {
        foreach (var compression in new[] { 1, 5, 8, 32773 })
        {
            var tiff = new TiffFixtures(9, 7, 2, 16) { Compression = compression, Predictor = compression is 5 or 8 };
            var file = tiff.File();
            for (var i = 0; i < file.Length; i++)
            {
                Try(file[..i], tiff.Values);
                foreach (byte change in new byte[] { 1, 0x80, 0xFF })
                {
                    var damaged = file.ToArray();
                    damaged[i] ^= change;
                    Try(damaged, null);
                }
            }
        }

        static void Try(byte[] file, int[]? whole)
        {
            try
            {
                var values = Values(file);
                Assert.IsTrue(whole is null || values.SequenceEqual(whole));
            }
            catch (ExperimentException refused)
            {
                Assert.AreEqual(FailureKind.Data, refused.Kind);
            }
        }
    }

    [TestMethod]
    public void Read_AHeaderThatLies_TakesNoMemory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var compression in new[] { 1, 5, 8, 32773 })
        {
            var bomb = new TiffFixtures(4, 4, 1, 8) { Compression = compression, More = [(256, 9_000), (257, 9_000), (278, 9_000)] };
            DataErrors.AssertRefused(() => Values(bomb.File()), "do not fit into its data");
        }

        // Many entries that all name the whole file.
        var many = new byte[8 + 2 + (12 * 60_000)];
        "II*\0"u8.CopyTo(many);
        many[4] = 8;
        BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(8), 60_000);
        for (var at = 10; at < many.Length; at += 12)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(at), 273);
            BinaryPrimitives.WriteUInt16LittleEndian(many.AsSpan(at + 2), 3);
            BinaryPrimitives.WriteInt32LittleEndian(many.AsSpan(at + 4), 300_000);
        }

        DataErrors.AssertRefused(() => Values(many), "has no width");
        Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int[] Values(byte[] file)
    {
        using var image = ImageDecoder.Read(file, new DecodeLimit("x.tif", DecodeOptions.MostPixels));
        return image.Bits == 8 ? [.. image.Levels.ToArray().Select(value => (int)value)] : [.. image.Values.ToArray().Select(value => (int)value)];
    }

    private static int[] Pixels(byte[] file, DecodeOptions options)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(file, options, "x.tif", buffer);
        return [.. buffer.Image.Pixels.ToArray().Select(value => (int)value)];
    }
}
