using SkiaSharp;
using SslFramework.Core.Data;

namespace SslFramework.Tests.Core.Data;

[TestClass]
public class TurboJpegTests
{
    private static TurboJpeg Turbo => TurboJpeg.Installed
        ?? throw new AssertInconclusiveException("libturbojpeg is not installed (Debian: apt-get install libturbojpeg0): JPEGs are tested by SkiaSharp alone.");

    [TestMethod]
    [DataRow(SKJpegEncoderDownsample.Downsample420, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample422, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample444, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample444, true)]
    public void TryDecode_EverySizeAndQuality_HasSkiasPixels(SKJpegEncoderDownsample sampling, bool grey)
    {
        foreach (var (width, height) in new[] { (1, 1), (2, 3), (7, 16), (8, 8), (15, 17), (16, 1), (1, 33), (33, 47), (65, 64), (131, 90) })
        {
            foreach (var quality in new[] { 5, 50, 75, 90, 100 })
            {
                AssertSameAsSkia(ImageFixtures.Jpeg(width, height, quality, sampling, grey));
            }
        }
    }

    [TestMethod]
    public void TryDecode_Progressive_HasSkiasPixels() => AssertSameAsSkia(ImageFixtures.ProgressiveJpeg());

    [TestMethod]
    public void TryDecode_Oriented_HasSkiasPixels()
    {
        foreach (var sampling in new[] { SKJpegEncoderDownsample.Downsample420, SKJpegEncoderDownsample.Downsample444 })
        {
            var jpeg = ImageFixtures.Jpeg(19, 34, sampling: sampling);
            for (byte orientation = 0; orientation <= 9; orientation++)
            {
                AssertSameAsSkia(ImageFixtures.WithOrientation(jpeg, orientation));
                AssertSameAsSkia(ImageFixtures.WithOrientation(jpeg, orientation, littleEndian: true));
            }
        }
    }

    [TestMethod]
    public void TryDecode_Cmyk_IsLeftToSkia() => Assert.IsFalse(Turbo.TryDecode(ImageFixtures.CmykJpeg(), 3, "cmyk.jpg", new PixelBuffer()));

    [TestMethod]
    public void TryDecode_AfterADamagedHeader_DecodesTheNextFile()
    {
        var good = ImageFixtures.Jpeg(20, 20);
        var damaged = good.ToArray();
        var table = damaged.AsSpan().IndexOf<byte>([0xFF, 0xC4]);
        damaged.AsSpan(table + 5, 16).Fill(0xFF); // a Huffman table of impossible counts
        for (var i = 0; i < 5; i++)
        {
            Assert.IsFalse(Turbo.TryDecode(damaged, 3, "damaged.jpg", new PixelBuffer()));
            AssertSameAsSkia(good);
        }
    }

    [TestMethod]
    public void TryDecode_DataCutOutOfTheMiddle_IsDamaged()
    {
        var (turbo, jpeg) = (Turbo, ImageFixtures.Jpeg(64, 64));
        byte[] damaged = [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9]; // ends as a whole file does
        DataErrors.AssertRefused(() => turbo.TryDecode(damaged, 3, "some.jpg", new PixelBuffer()), "'some.jpg'", "damaged");
    }

    [TestMethod]
    public void TryDecode_StrayBytesBeforeAMarker_DoNoHarm()
    {
        var jpeg = ImageFixtures.Jpeg(24, 24);
        byte[] stray = [.. jpeg[..^2], 0, 0, 0, .. jpeg[^2..]];
        var (whole, decoded) = (new PixelBuffer(), new PixelBuffer());
        Assert.IsTrue(Turbo.TryDecode(jpeg, 3, "whole.jpg", whole));
        Assert.IsTrue(Turbo.TryDecode(stray, 3, "stray.jpg", decoded));
        CollectionAssert.AreEqual(whole.Image.Pixels.ToArray(), decoded.Image.Pixels.ToArray());
    }

    [TestMethod]
    public void TryDecode_ImageAfterImage_MakesNoGarbage()
    {
        var jpeg = ImageFixtures.Jpeg(96, 80);
        var turned = ImageFixtures.WithOrientation(jpeg, 6);
        var buffer = new PixelBuffer();
        void Decode()
        {
            Assert.IsTrue(Turbo.TryDecode(jpeg, 3, "some.jpg", buffer) && Turbo.TryDecode(turned, 1, "some.jpg", buffer));
        }

        Decode();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            Decode();
        }

        Assert.IsLessThan(20_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertSameAsSkia(byte[] jpeg)
    {
        foreach (var channels in new[] { 1, 3 })
        {
            var (turbo, skia) = (new PixelBuffer(), new PixelBuffer());
            Assert.IsTrue(Turbo.TryDecode(jpeg, channels, "some.jpg", turbo));
            SkiaDecoder.Decode(jpeg, channels, "some.jpg", skia);
            Assert.AreEqual((skia.Height, skia.Width, skia.Channels), (turbo.Height, turbo.Width, turbo.Channels));
            CollectionAssert.AreEqual(skia.Image.Pixels.ToArray(), turbo.Image.Pixels.ToArray());
        }
    }
}
