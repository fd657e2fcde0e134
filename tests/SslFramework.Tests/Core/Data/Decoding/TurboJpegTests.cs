using SkiaSharp;
using SslFramework.Core.Data.Decoding;

namespace SslFramework.Tests.Core.Data.Decoding;

[TestClass]
internal class TurboJpegTests
{
    private static readonly DecodeOptions Colour = new();
    private static readonly DecodeOptions Grey = new() { Channels = 1 };

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
    public void TryDecode_Cmyk_IsLeftToSkia() => Assert.IsFalse(Turbo.TryDecode(ImageFixtures.CmykJpeg(), Colour, "cmyk.jpg", new PixelBuffer()));

    [TestMethod]
    public void TryDecode_AfterADamagedHeader_DecodesTheNextFile()
    {
        var good = ImageFixtures.Jpeg(20, 20);
        var damaged = good.ToArray();
        var table = damaged.AsSpan().IndexOf<byte>([0xFF, 0xC4]);
        damaged.AsSpan(table + 5, 16).Fill(0xFF); // a Huffman table of impossible counts
        for (var i = 0; i < 5; i++)
        {
            Assert.IsFalse(Turbo.TryDecode(damaged, Colour, "damaged.jpg", new PixelBuffer()));
            AssertSameAsSkia(good);
        }
    }

    [TestMethod]
    public void TryDecode_DataCutOutOfTheMiddle_IsDamaged()
    {
        var (turbo, jpeg) = (Turbo, ImageFixtures.Jpeg(64, 64));
        byte[] damaged = [.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9]; // ends as a whole file does
        DataErrors.AssertRefused(() => turbo.TryDecode(damaged, Colour, "some.jpg", new PixelBuffer()), "'some.jpg'", "damaged");
    }

    [TestMethod]
    public void TryDecode_StrayBytesBeforeAMarker_DoNoHarm()
    {
        var jpeg = ImageFixtures.Jpeg(24, 24);
        byte[] stray = [.. jpeg[..^2], 0, 0, 0, .. jpeg[^2..]];
        var (whole, decoded) = (new PixelBuffer(), new PixelBuffer());
        Assert.IsTrue(Turbo.TryDecode(jpeg, Colour, "whole.jpg", whole));
        Assert.IsTrue(Turbo.TryDecode(stray, Colour, "stray.jpg", decoded));
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
            Assert.IsTrue(Turbo.TryDecode(jpeg, Colour, "some.jpg", buffer) && Turbo.TryDecode(turned, Grey, "some.jpg", buffer));
        }

        Decode();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            Decode();
        }

        Assert.IsLessThan(20_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow(SKJpegEncoderDownsample.Downsample420)]
    [DataRow(SKJpegEncoderDownsample.Downsample422)]
    [DataRow(SKJpegEncoderDownsample.Downsample444)]
    public void TryDecode_PartThatIsNeeded_HasThePixelsOfTheWhole(SKJpegEncoderDownsample sampling)
    {
        var turbo = TurboOfParts;
        foreach (var (width, height) in new[] { (1, 1), (9, 40), (40, 9), (64, 64), (131, 90) })
        {
            var jpeg = ImageFixtures.Jpeg(width, height, sampling: sampling);
            byte[][] kinds = [jpeg, JpegTransform.Transposed(jpeg), JpegTransform.Progressive(jpeg), ImageFixtures.Jpeg(width, height, sampling: sampling, grey: true)];
            foreach (var kind in kinds)
            {
                AssertEveryPart(turbo, kind);
            }
        }
    }

    [TestMethod]
    public void TryDecode_PartAfterAWarning_LeavesTheNextFileWhole()
    {
        var (turbo, jpeg) = (TurboOfParts, ImageFixtures.Jpeg(64, 64));
        byte[] stray = [.. jpeg[..^2], 0, 0, 0, .. jpeg[^2..]];
        Assert.IsTrue(turbo.TryDecode(stray, Colour, "stray.jpg", new Part(_ => new PixelBox(40, 40, 3, 3))));
        AssertSameAsSkia(jpeg);
    }

    [TestMethod]
    public void TryDecode_PartOfOneThatIsTurned_IsTheWhole()
    {
        var turned = ImageFixtures.WithOrientation(ImageFixtures.Jpeg(40, 30), 6);
        var (whole, part) = (new PixelBuffer(), new Part(_ => new PixelBox(30, 20, 1, 1)));
        Assert.IsTrue(Turbo.TryDecode(turned, Colour, "x.jpg", whole) && Turbo.TryDecode(turned, Colour, "x.jpg", part));
        CollectionAssert.AreEqual(whole.Image.Pixels.ToArray(), part.Image.Pixels.ToArray());
    }

    private static TurboJpeg TurboOfParts => Turbo.DecodesParts
        ? Turbo
        : throw new AssertInconclusiveException("The libturbojpeg that is installed is older than version 3: JPEGs are decoded in full, and their parts not tested.");

    private static void AssertEveryPart(TurboJpeg turbo, byte[] jpeg)
    {
        foreach (var channels in new[] { 1, 3 })
        {
            var whole = new PixelBuffer();
            SkiaDecoder.Decode(jpeg, new DecodeOptions { Channels = channels }, "whole.jpg", whole);
            var random = new SampleRandom(1, 0, 0, 0);
            var part = new Part(size => Draw(size, ref random));
            for (var i = 0; i < 40; i++)
            {
                part.Resize(whole.Height, whole.Width, channels).Fill(77);
                Assert.IsTrue(turbo.TryDecode(jpeg, new DecodeOptions { Channels = channels }, "part.jpg", part));
                Assert.AreEqual((whole.Height, whole.Width, whole.Channels), (part.Height, part.Width, part.Channels));
                var box = part.Asked ?? PixelBox.All(new ImageSize(whole.Height, whole.Width)); // grey of colour is made from the whole
                for (var y = box.Top; y < box.Top + box.Height; y++)
                {
                    var row = ((y * whole.Width) + box.Left) * channels;
                    CollectionAssert.AreEqual(
                        whole.Image.Pixels.Slice(row, box.Width * channels).ToArray(), part.Image.Pixels.Slice(row, box.Width * channels).ToArray(), $"row {y} of {box}");
                }
            }
        }

        static PixelBox Draw(ImageSize size, ref SampleRandom random)
        {
            var (height, width) = (1 + random.Next(size.Height), 1 + random.Next(size.Width));
            return new(random.Next(size.Height - height + 1), random.Next(size.Width - width + 1), height, width);
        }
    }

    private static void AssertSameAsSkia(byte[] jpeg)
    {
        foreach (var channels in new[] { 1, 3 })
        {
            var (turbo, skia) = (new PixelBuffer(), new PixelBuffer());
            Assert.IsTrue(Turbo.TryDecode(jpeg, new DecodeOptions { Channels = channels }, "some.jpg", turbo));
            SkiaDecoder.Decode(jpeg, new DecodeOptions { Channels = channels }, "some.jpg", skia);
            Assert.AreEqual((skia.Height, skia.Width, skia.Channels), (turbo.Height, turbo.Width, turbo.Channels));
            CollectionAssert.AreEqual(skia.Image.Pixels.ToArray(), turbo.Image.Pixels.ToArray());
        }
    }

    private sealed class Part(Func<ImageSize, PixelBox> needed) : PixelBuffer
    {
        public PixelBox? Asked { get; private set; }

        public override PixelBox Needed(ImageSize size) => (Asked = needed(size)).Value;
    }
}
