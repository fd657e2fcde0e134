using SslFramework.Core.Data.Decoding;
using SslFramework.Tests.Core.Data.Decoding.Tiff;

namespace SslFramework.Tests.Core.Data.Decoding;

[TestClass]
public class StoredPixelsTests
{
    private static readonly TiffFixtures TwelveBits = new(16, 16, 1, 16) { Value = (y, x, _) => ((16 * y) + x) * 4095 / 255 };

    [TestMethod]
    public void Decode_SixteenBits_KeepsEveryValue()
    {
        var all = new TiffFixtures(256, 256, 1, 16) { Value = (y, x, _) => (256 * y) + x };
        var kept = Deep(all.File(), new() { Channels = 1, Depth = 16 });
        CollectionAssert.AreEqual(all.Values, kept);
        CollectionAssert.AreEqual(new[] { 0x1234, 0x1234, 0x1234 }, Deep(PngFixtures.Make(16, 0, 1, [0x12, 0x34]), new() { Depth = 16 }));
    }

    [TestMethod]
    public void Decode_EightBitsAsSixteen_AreTheSameShades()
    {
        var pixels = Deep(ImageFixtures.Bitmap(), new() { Depth = 16 });
        CollectionAssert.AreEqual(new[] { 65535, 0, 0, 0, 0, 65535 }, pixels);
        var jpeg = ImageFixtures.Jpeg(20, 10);
        CollectionAssert.AreEqual(
            Plain(jpeg, new()).Select(level => level * 257).ToArray(), Deep(jpeg, new() { Depth = 16 }));
    }

    [TestMethod]
    public void Decode_AWindow_IsBlackToWhiteOfEachChannel()
    {
        var one = Plain(TwelveBits.File(), new() { Channels = 1, Window = [0, 4095] });
        CollectionAssert.AreEqual(Enumerable.Range(0, 256).ToArray(), one);
        Assert.AreEqual(255, Plain(TwelveBits.File(), new() { Channels = 1, Window = [0, 2000] })[200]);

        var two = new TiffFixtures(1, 1, 2, 16) { Value = (_, _, c) => c == 0 ? 300 : 3000 };
        CollectionAssert.AreEqual(new[] { 26214, 52428 }, Deep(two.File(), new() { Channels = 2, Depth = 16, Window = [100, 600, 1000, 3500] }));
    }

    [TestMethod]
    public void Value_WithoutAWindow_IsTheSmallestPowerThatHoldsTheValues()
    {
        byte[][] files = [ImageFixtures.Jpeg(8, 8), TwelveBits.File(), [1, 2, 3], (TwelveBits with { Value = (_, _, _) => 700 }).File()];
        SourceWindow Window(DecodeOptions options, params byte[][] of) => new(options, of.Length, i => of[i]);
        CollectionAssert.AreEqual(new double[] { 0, 4095 }, Window(new(), files).Value.ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 1023 }, Window(new(), files[3]).Value.ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 65535 }, Window(new(), files[0]).Value.ToArray(), "no image of 16 bits");
        CollectionAssert.AreEqual(new double[] { 5, 6 }, Window(new() { Window = [5, 6] }, files).Value.ToArray());
        StringAssert.Contains(Window(new() { Depth = 16 }, files).Notes("scans").Single(), "0 becomes black and 4095 white");
    }

    [TestMethod]
    public void Decode_EveryOrientationOfManyChannels_IsThatOfGray()
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var gray = new TiffFixtures(5, 3, 1, 8) { Value = (y, x, _) => (10 * y) + x, More = [(274, orientation)] };
            var deep = new TiffFixtures(5, 3, 5, 16) { Value = (y, x, c) => (((10 * y) + x) * 257) + (c * 4096), More = [(274, orientation)] };
            var levels = Plain(gray.File(), new() { Channels = 1 });
            var values = Deep(deep.File(), new() { Channels = 5, Depth = 16, Window = [0, 65535] });
            for (var i = 0; i < values.Length; i++)
            {
                Assert.AreEqual((levels[i / 5] * 257) + (i % 5 * 4096), values[i], $"orientation {orientation}");
            }
        }
    }

    private static int[] Plain(byte[] file, DecodeOptions options)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(file, options, "x", buffer);
        return [.. buffer.Image.Pixels.ToArray().Select(value => (int)value)];
    }

    private static int[] Deep(byte[] file, DecodeOptions options)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(file, options, "x", buffer);
        return [.. buffer.Image.DeepPixels.ToArray().Select(value => (int)value)];
    }
}
