using System.Buffers.Binary;
using System.Security.Cryptography;
using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Jpeg;
using SslFramework.Core.Data.Decoding.Jpeg.Vectors;
using SslFramework.Fuzz;

namespace SslFramework.Tests.Core.Data.Decoding.Jpeg;

[TestClass]
public class JpegDecoderTests
{
    private static readonly DecodeOptions Color = new();
    private static readonly DecodeOptions Gray = new() { Channels = 1 };

    /// <summary>Every sampling, in one scan, in several and progressive, with restarts and without, and the pixels that libjpeg-turbo gives.</summary>
    private static readonly (string Name, int Height, int Width, byte[] Jpeg, string Sha256)[] Goldens =
    [
        .. Golden.Open("jpeg.json").GetProperty("cases").EnumerateArray().Select(e => (
            e.GetProperty("name").GetString()!, e.GetProperty("height").GetInt32(), e.GetProperty("width").GetInt32(),
            e.GetProperty("jpeg").GetBytesFromBase64(), e.GetProperty("sha256").GetString()!)),
    ];

    [TestMethod]
    [DataRow(512)]
    [DataRow(256)]
    [DataRow(128)]
    [DataRow(0)]
    public void Decode_EverySamplingAndScan_HasLibjpegTurbosPixels(int bits)
    {
        var decoder = new JpegDecoder(Stages(bits));
        var buffer = new PixelBuffer();
        foreach (var (name, height, width, jpeg, sha256) in Goldens)
        {
            Assert.IsTrue(decoder.Decode(jpeg, Color, name, buffer));
            Assert.AreEqual((height, width, 3), (buffer.Height, buffer.Width, buffer.Channels), name);
            Assert.AreEqual(sha256, Convert.ToHexStringLower(SHA256.HashData(buffer.Image.Pixels)), name);
        }
    }

    [TestMethod]
    [DataRow(SKJpegEncoderDownsample.Downsample420, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample422, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample444, false)]
    [DataRow(SKJpegEncoderDownsample.Downsample444, true)]
    public void Decode_EverySizeAndQuality_HasSkiasPixels(SKJpegEncoderDownsample sampling, bool gray)
    {
        foreach (var (width, height) in new[] { (1, 1), (2, 3), (7, 16), (8, 8), (15, 17), (16, 1), (1, 33), (33, 47), (65, 64), (131, 90), (200, 5) })
        {
            foreach (var quality in new[] { 1, 50, 75, 90, 100 })
            {
                AssertSameAsSkia(ImageFixtures.Jpeg(width, height, quality, sampling, gray));
            }
        }
    }

    [TestMethod]
    public void Decode_Oriented_HasSkiasPixels()
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
    [DataRow(512)]
    [DataRow(256)]
    [DataRow(128)]
    [DataRow(0)]
    public void Decode_PartThatIsNeeded_HasThePixelsOfTheWhole(int bits)
    {
        var decoder = new JpegDecoder(Stages(bits));
        byte[][] larger = [ImageFixtures.Jpeg(131, 90), ImageFixtures.Jpeg(90, 131, sampling: SKJpegEncoderDownsample.Downsample422)];
        foreach (var jpeg in Goldens.Select(golden => golden.Jpeg).Concat(larger))
        {
            var whole = new PixelBuffer();
            Assert.IsTrue(decoder.Decode(jpeg, Color, "whole.jpg", whole));
            var random = new SampleRandom(1, 0, 0, 0);
            var part = new Part(size => Draw(size, ref random));
            for (var i = 0; i < 12; i++)
            {
                part.Resize(whole.Height, whole.Width, 3).Fill(77);
                Assert.IsTrue(decoder.Decode(jpeg, Color, "part.jpg", part));
                var (top, left, height, width) = part.Asked!.Value;
                for (var y = top; y < top + height; y++)
                {
                    var row = ((y * whole.Width) + left) * 3;
                    var (expected, actual) = (whole.Image.Pixels.Slice(row, 3 * width).ToArray(), part.Image.Pixels.Slice(row, 3 * width).ToArray());
                    CollectionAssert.AreEqual(expected, actual, $"row {y} of {part.Asked}");
                }
            }
        }

        static PixelBox Draw(ImageSize size, ref SampleRandom random)
        {
            var (height, width) = (1 + random.Next(size.Height), 1 + random.Next(size.Width));
            return new(random.Next(size.Height - height + 1), random.Next(size.Width - width + 1), height, width);
        }
    }

    [TestMethod]
    public void Decode_PartOfOneThatIsTurned_IsTheWhole()
    {
        var turned = ImageFixtures.WithOrientation(ImageFixtures.Jpeg(40, 30), 6);
        var (whole, part) = (Decode(turned), new Part(_ => new PixelBox(30, 20, 1, 1)));
        Assert.IsTrue(JpegDecoder.TryDecode(turned, Color, "x.jpg", part));
        CollectionAssert.AreEqual(whole, part.Image.Pixels.ToArray());
    }

    [TestMethod]
    public void Decode_KindsOfOthers_AreLeftToThem()
    {
        Assert.IsFalse(JpegDecoder.TryDecode(ImageFixtures.CmykJpeg(), Color, "cmyk.jpg", new PixelBuffer()));
        var jpeg = ImageFixtures.Jpeg(20, 20);
        var frame = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        foreach (byte lossless in new byte[] { 0xC3, 0xC5, 0xC9, 0xCA, 0xCF })
        {
            jpeg[frame + 1] = lossless;
            Assert.IsFalse(JpegDecoder.TryDecode(jpeg, Color, "x.jpg", new PixelBuffer()));
        }

        (jpeg[frame + 1], jpeg[frame + 4]) = (0xC1, 12); // bits
        Assert.IsFalse(JpegDecoder.TryDecode(jpeg, Color, "x.jpg", new PixelBuffer()));
    }

    [TestMethod]
    public void Decode_Damaged_IsRefusedInASentence()
    {
        var jpeg = ImageFixtures.Jpeg(64, 64);
        var table = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xC4]);
        var impossible = jpeg.ToArray();
        impossible.AsSpan(table + 5, 16).Fill(0xFF);
        var restarts = Goldens.First(golden => golden.Name == "2x2 restart").Jpeg;
        var other = restarts.ToArray();
        other[other.AsSpan().IndexOf<byte>([0xFF, 0xD0]) + 1] = 0xD5;
        var progressive = Goldens.First(golden => golden.Name == "2x2 progressive").Jpeg;
        var second = Marker(progressive, 0xDA, Marker(progressive, 0xDA, 0) + 2);
        (byte[] Jpeg, string Why)[] damaged =
        [
            ([.. jpeg[..(jpeg.Length / 2)], 0xFF, 0xD9], "premature end"), // ends as a whole file does
            (impossible, "Huffman table"),
            (Without(0xC4, progressive), "a Huffman table is missing"),
            (Without(0xDB, jpeg), "a quantization table is missing"),
            (other, "instead of RST0"),
            ([.. progressive[..second], 0xFF, 0xD9], "scans are missing"),
            ([.. jpeg[..2], 0xFF, 0xD9], "no scan"),
            ([.. jpeg[..2], 0xFF, 0x02, .. jpeg[2..]], "unknown marker"),
            (jpeg[..(table + 3)], "premature end of file"),
        ];
        foreach (var (file, why) in damaged)
        {
            DataErrors.AssertRefused(() => Decode(file), "'some.jpg'", "damaged", why);
            AssertSameAsSkia(jpeg); // the next file is decoded
        }
    }

    [TestMethod]
    public void Decode_DamageBelowTheNeededPart_IsNotSeen()
    {
        var jpeg = ImageFixtures.Jpeg(64, 64);
        byte[] damaged = [.. jpeg[..^80], 0xFF, 0xD9];
        DataErrors.AssertRefused(() => Decode(damaged), "premature end");
        var part = new Part(_ => new PixelBox(0, 0, 16, 64));
        Assert.IsTrue(JpegDecoder.TryDecode(damaged, Color, "x.jpg", part));
        CollectionAssert.AreEqual(Decode(jpeg)[..(16 * 64 * 3)], part.Image.Pixels[..(16 * 64 * 3)].ToArray());
    }

    [TestMethod]
    public void Decode_StrayBytesBeforeMarkers_DoNoHarm()
    {
        foreach (var (name, _, _, jpeg, sha256) in Goldens)
        {
            byte[] stray = [.. jpeg[..2], 1, 2, 3, .. jpeg[2..^2], 0, 0, 0, 0xFF, 0xFF, .. jpeg[^2..]];
            Assert.AreEqual(sha256, Convert.ToHexStringLower(SHA256.HashData(Decode(stray))), name);
        }
    }

    [TestMethod]
    public void Decode_FewBytesOfALargeImage_AreRefusedBeforeMemoryIsTaken()
    {
        foreach (var name in new[] { "2x2 baseline", "2x2 progressive", "2x2 scans" })
        {
            var jpeg = Goldens.First(golden => golden.Name == name).Jpeg.ToArray();
            var frame = jpeg.AsSpan().IndexOf<byte>([0, 17, 8]) - 2; // 17 bytes, of 8 bits
            BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 9_000);
            BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 9_000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            DataErrors.AssertRefused(() => Decode(jpeg), "premature end of data");
            Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void Decode_SegmentShorterThanItsLength_IsPassedOverIfNothingIsDefinedThere()
    {
        var jpeg = Goldens.First(golden => golden.Name == "1x1 baseline").Jpeg;
        foreach (byte unread in new byte[] { 0xDC, 0xE0, 0xFE })
        {
            byte[] with = [.. jpeg[..2], 0xFF, unread, 0, 1, .. jpeg[2..]];
            CollectionAssert.AreEqual(Decode(jpeg), Decode(with), $"{unread:x}"); // as libjpeg does
        }

        byte[] table = [.. jpeg[..2], 0xFF, 0xDB, 0, 1, .. jpeg[2..]];
        DataErrors.AssertRefused(() => Decode(table), "bogus marker length");
    }

    [TestMethod]
    public void Decode_AFrameOfAnotherKindBehindAScan_IsRefused()
    {
        var jpeg = Goldens.First(golden => golden.Name == "2x2 progressive").Jpeg;
        byte[] lossless = [.. jpeg[..^2], 0xFF, 0xC7, 0, 2, .. jpeg[^2..]];
        DataErrors.AssertRefused(() => Decode(lossless), "another image among its scans");
    }

    [TestMethod]
    public void Decode_TooManyScans_AreRefused()
    {
        var jpeg = Goldens.First(golden => golden.Name == "2x2 scans").Jpeg;
        var (scan, end) = (Marker(jpeg, 0xDA, 0), jpeg.Length - 2);
        byte[] many = [.. jpeg[..scan], .. Enumerable.Repeat(jpeg[scan..end], 300).SelectMany(bytes => bytes), .. jpeg[end..]];
        DataErrors.AssertRefused(() => Decode(many), "too many scans");
    }

    [TestMethod]
    public void Decode_ImageAfterImage_MakesNoGarbage()
    {
        var jpeg = ImageFixtures.Jpeg(96, 80);
        byte[][] files = [jpeg, ImageFixtures.WithOrientation(jpeg, 6), .. Goldens.Select(golden => golden.Jpeg)];
        var buffer = new PixelBuffer();
        var decoder = new JpegDecoder(SampleStages.Fastest); // of its own: those of others may have seen smaller images
        void DecodeAll()
        {
            foreach (var file in files)
            {
                Assert.IsTrue(decoder.Decode(file, Color, "some.jpg", buffer) && decoder.Decode(file, Gray, "some.jpg", buffer));
            }
        }

        DecodeAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
        {
            DecodeAll();
        }

        Assert.IsLessThan(20_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Decode_FilesThatWereChanged_IsLibjpegTurbosAnswer()
    {
        if (!TurboJpeg.IsInstalled)
        {
            throw new AssertInconclusiveException("libturbojpeg is not installed (Debian: apt-get install libturbojpeg0): changed JPEGs are not compared with it.");
        }

        var decoded = 0;
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var jpeg = Goldens[random.Next(Goldens.Length)].Jpeg.ToArray();
            for (var change = 1 << random.Next(3); change > 0; change--)
            {
                jpeg[random.Next(2, jpeg.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                decoded += JpegTarget.Compare(jpeg) ? 1 : 0;
            }
            catch (ExperimentException)
            {
                // Refused by both, or for a reason that libjpeg-turbo does not see.
            }
        }

        Assert.IsGreaterThan(300, decoded);
    }

    internal static SampleStages Stages(int bits) => bits switch
    {
        512 when Lanes512.IsSupported => new VectorStages<Lanes512>(),
        256 when Lanes256.IsSupported => new VectorStages<Lanes256>(),
        128 when Lanes128.IsSupported => new VectorStages<Lanes128>(),
        0 => new PlainStages(),
        _ => throw new AssertInconclusiveException($"This processor has no vectors of {bits} bits."),
    };

    private static byte[] Without(byte marker, byte[] jpeg)
    {
        for (var at = Marker(jpeg, marker, 0); at >= 0; at = Marker(jpeg, marker, 0))
        {
            jpeg = [.. jpeg[..at], .. jpeg[(at + 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)))..]];
        }

        return jpeg;
    }

    private static int Marker(byte[] jpeg, byte marker, int from) =>
        jpeg.AsSpan(from).IndexOf<byte>([0xFF, marker]) is var at and >= 0 ? from + at : -1;

    private static byte[] Decode(byte[] jpeg)
    {
        var buffer = new PixelBuffer();
        Assert.IsTrue(JpegDecoder.TryDecode(jpeg, Color, "some.jpg", buffer));
        return buffer.Image.Pixels.ToArray();
    }

    private static void AssertSameAsSkia(byte[] jpeg)
    {
        foreach (var options in new[] { Color, Gray })
        {
            var (ours, skia) = (new PixelBuffer(), new PixelBuffer());
            Assert.IsTrue(JpegDecoder.TryDecode(jpeg, options, "some.jpg", ours));
            SkiaDecoder.Decode(jpeg, options, "some.jpg", skia);
            Assert.AreEqual((skia.Height, skia.Width, skia.Channels), (ours.Height, ours.Width, ours.Channels));
            CollectionAssert.AreEqual(skia.Image.Pixels.ToArray(), ours.Image.Pixels.ToArray());
        }
    }

    private sealed class Part(Func<ImageSize, PixelBox> needed) : PixelBuffer
    {
        public PixelBox? Asked { get; private set; }

        public override PixelBox Needed(ImageSize size) => (Asked = needed(size)).Value;
    }
}
