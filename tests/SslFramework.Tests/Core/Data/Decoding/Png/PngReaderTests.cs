using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Png;

namespace SslFramework.Tests.Core.Data.Decoding.Png;

[TestClass]
public class PngReaderTests
{
    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)2)]
    [DataRow((byte)3)]
    [DataRow((byte)4)]
    [DataRow((byte)6)]
    public void Read_EveryKindFilterAndPass_GivesThePixelsOfLibpng(byte kind)
    {
        byte[] depths = kind switch { 0 => [1, 2, 4, 8], 3 => [1, 2, 4, 8], _ => [8] };
        foreach (var depth in depths)
        {
            foreach (var (width, height) in new[] { (1, 1), (3, 2), (5, 9), (33, 17), (70, 12) })
            {
                AssertAsSkia(PngFixtures.Noise(depth, kind, width, height, interlaced: false), $"{depth} bits, {width} × {height}");
                AssertAsSkia(PngFixtures.Noise(depth, kind, width, height, interlaced: true), $"{depth} bits, {width} × {height}, interlaced");
            }
        }
    }

    [TestMethod]
    public void Read_TransparentColorOrPalette_LiesOnGrayAsInLibpng()
    {
        AssertAsSkia(PngFixtures.Noise(2, 0, 40, 20, interlaced: false, [0, 2]), "a transparent gray");
        AssertAsSkia(PngFixtures.Noise(4, 3, 40, 20, interlaced: true, [0, 100, 255, 7]), "a palette with alpha");
        byte[] rows = [0, 1, 2, 3, 4, 5, 6, 1, 2, 3];
        CollectionAssert.AreEqual(
            new byte[] { 128, 128, 128, 4, 5, 6, 128, 128, 128 }, Decode(PngFixtures.File(8, 2, 3, 1, rows, transparency: [0, 1, 0, 2, 0, 3])));
    }

    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)2)]
    [DataRow((byte)4)]
    [DataRow((byte)6)]
    public void Read_SixteenBits_KeepsThem(byte kind)
    {
        foreach (var interlaced in new[] { false, true })
        {
            using var image = PngReader.Read(PngFixtures.Noise(16, kind, 20, 11, interlaced), new DecodeLimit("x", 1000));
            Assert.AreEqual(16, image.Bits);
            Assert.IsGreaterThan(image.Values.Length * 3 / 4, image.Values.ToArray().Distinct().Count());
        }

        using var known = PngReader.Read(PngFixtures.Make(16, 2, 1, [0x12, 0x34, 0x80, 0, 0xFF, 0xFE]), new DecodeLimit("x", 1000));
        CollectionAssert.AreEqual(new ushort[] { 0x1234, 0x8000, 0xFFFE }, known.Values.ToArray());
    }

    [TestMethod]
    public void Read_DataThatEndEarly_AreNeverHalfAnImage()
    {
        // Sound chunks, but too few rows: decoders fill the rest with black.
        DataErrors.AssertRefused(() => Decode(PngFixtures.File(8, 0, 3, 3, [0, 1, 2, 3, 0, 4, 5, 6])), "'some.png'", "truncated");
        DataErrors.AssertRefused(() => Decode(PngFixtures.File(8, 0, 3, 3, new byte[11])), "truncated");
        var whole = PngFixtures.Noise(8, 2, 20, 20, interlaced: false);
        DataErrors.AssertRefused(() => Decode(whole[..^1]), "truncated");
    }

    [TestMethod]
    public void Read_AnyByteChanged_IsTheImageOrRefused()
    {
        var whole = PngFixtures.Noise(8, 3, 9, 7, interlaced: true);
        var pixels = Decode(whole);
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = whole.ToArray();
            damaged[i] ^= 0x10;
            try
            {
                CollectionAssert.AreEqual(pixels, Decode(damaged), $"byte {i}");
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
        var bomb = PngFixtures.File(16, 6, 9_000, 9_000, [0, 1, 2]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        DataErrors.AssertRefused(() => Decode(bomb), "truncated");
        Assert.IsLessThan(100_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertAsSkia(byte[] png, string what)
    {
        var skia = new PixelBuffer();
        SkiaDecoder.Decode(png, new DecodeOptions(), "skia.png", skia);
        CollectionAssert.AreEqual(skia.Image.Pixels.ToArray(), Decode(png), what);
    }

    private static byte[] Decode(byte[] png)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(png, new DecodeOptions(), "some.png", buffer);
        return buffer.Image.Pixels.ToArray();
    }
}
