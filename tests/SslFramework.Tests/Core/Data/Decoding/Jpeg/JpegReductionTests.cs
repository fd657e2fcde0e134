using SkiaSharp;
using SslFramework.Core.Data.Decoding;
using SslFramework.Core.Data.Decoding.Jpeg;

namespace SslFramework.Tests.Core.Data.Decoding.Jpeg;

[TestClass]
public class JpegReductionTests
{
    private static readonly DecodeOptions Color = new() { ScaledDecode = true };
    private static readonly DecodeOptions Gray = new() { ScaledDecode = true, Channels = 1 };

    private static readonly byte[][] Goldens =
        [.. Golden.Open("jpeg.json").GetProperty("cases").EnumerateArray().Select(e => e.GetProperty("jpeg").GetBytesFromBase64())];

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    public void Decode_SmallerGray_HasTheMeansOfTheWhole(int times)
    {
        foreach (var (width, height) in new[] { (64, 48), (131, 90), (8, 8), (17, 33) })
        {
            var jpeg = ImageFixtures.Jpeg(width, height, 95, gray: true);
            var (whole, small) = (Decode(jpeg, Gray with { ScaledDecode = false }, times), Decode(jpeg, Gray, times));
            Assert.AreEqual(((height + times - 1) / times, (width + times - 1) / times), (small.Height, small.Width));
            Assert.IsLessThanOrEqualTo(1.5, Differences(whole, small, times).Max());
        }
    }

    [TestMethod]
    [DataRow(SKJpegEncoderDownsample.Downsample420)]
    [DataRow(SKJpegEncoderDownsample.Downsample422)]
    [DataRow(SKJpegEncoderDownsample.Downsample444)]
    public void Decode_SmallerColors_HasTheMeansOfTheWhole(SKJpegEncoderDownsample sampling)
    {
        using var bitmap = new SKBitmap(131, 90, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var i = 0; i < 131 * 90; i++)
        {
            var (x, y) = (i % 131, i / 131);
            bitmap.SetPixel(x, y, new SKColor((byte)(20 + x), (byte)(200 - y - (x / 2)), (byte)(60 + (x / 3) + y))); // no edges of color
        }

        using var pixels = bitmap.PeekPixels();
        var jpeg = pixels.Encode(new SKJpegEncoderOptions(95, sampling, SKJpegEncoderAlphaOption.Ignore))!.ToArray();
        var whole = Decode(jpeg, Color with { ScaledDecode = false }, 1);
        foreach (var times in new[] { 2, 4, 8 })
        {
            Assert.IsLessThan(1, Differences(whole, Decode(jpeg, Color, times), times).Average());
        }
    }

    [TestMethod]
    [DataRow(512)]
    [DataRow(256)]
    [DataRow(128)]
    public void Decode_SmallerByVectors_HasThePixelsOfNoVectors(int bits)
    {
        var (vectors, none) = (new JpegDecoder(JpegDecoderTests.Stages(bits)), new JpegDecoder(new PlainStages()));
        foreach (var jpeg in Goldens)
        {
            foreach (var times in new[] { 2, 4, 8 })
            {
                var (ours, plain) = (new Smaller(times), new Smaller(times));
                Assert.IsTrue(vectors.Decode(jpeg, Color, "some.jpg", ours));
                Assert.IsTrue(none.Decode(jpeg, Color, "some.jpg", plain));
                CollectionAssert.AreEqual(plain.Image.Pixels.ToArray(), ours.Image.Pixels.ToArray());
            }
        }
    }

    [TestMethod]
    public void Decode_PartOfSmaller_HasThePixelsOfTheWhole()
    {
        foreach (var jpeg in Goldens)
        {
            foreach (var times in new[] { 2, 4, 8 })
            {
                var (whole, part) = (Decode(jpeg, Color, times), new Smaller(times, size => new(size.Height / 2, size.Width / 3, 1, size.Width / 2)));
                ImageDecoder.Decode(jpeg, Color, "some.jpg", part);
                var first = (((whole.Height / 2) * whole.Width) + (whole.Width / 3)) * 3;
                var length = whole.Width / 2 * 3;
                Assert.IsTrue(whole.Image.Pixels.Slice(first, length).SequenceEqual(part.Image.Pixels.Slice(first, length)));
            }
        }
    }

    [TestMethod]
    public void Decode_SmallerAndOriented_AsksForTheUprightSize()
    {
        var jpeg = ImageFixtures.WithOrientation(ImageFixtures.Jpeg(40, 16, sampling: SKJpegEncoderDownsample.Downsample444), 6);
        var small = new Smaller(2);
        ImageDecoder.Decode(jpeg, Color, "some.jpg", small);
        Assert.AreEqual((new ImageSize(40, 16), 20, 8), (small.Asked, small.Height, small.Width));
        Assert.IsLessThanOrEqualTo(1.5, Differences(Decode(jpeg, Color with { ScaledDecode = false }, 1), small, 2).Average());
    }

    [TestMethod]
    [DataRow(3, 2)]
    [DataRow(7, 4)]
    [DataRow(100, 8)]
    public void Decode_AnyReduction_MakesItThePowerOfTwoBelow(int asked, int reduced) =>
        Assert.AreEqual(reduced, Decode(ImageFixtures.Jpeg(64, 64), Color, asked).Reduced);

    [TestMethod]
    public void Decode_WithoutTheOption_IsNotAsked()
    {
        var buffer = new Smaller(4);
        ImageDecoder.Decode(ImageFixtures.Jpeg(64, 48), new DecodeOptions(), "some.jpg", buffer);
        Assert.AreEqual((default(ImageSize), 48, 64, 1), (buffer.Asked, buffer.Height, buffer.Width, buffer.Reduced));
    }

    /// <summary>How far each number lies from the mean of its square of the whole, as far as squares are complete.</summary>
    private static IEnumerable<double> Differences(PixelBuffer whole, PixelBuffer small, int times)
    {
        for (var y = 0; y < whole.Height / times; y++)
        {
            for (var x = 0; x < whole.Width / times; x++)
            {
                for (var c = 0; c < whole.Channels; c++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < times * times; i++)
                    {
                        var (row, column) = ((y * times) + (i / times), (x * times) + (i % times));
                        sum += whole.Image.Pixels[(((row * whole.Width) + column) * whole.Channels) + c];
                    }

                    yield return Math.Abs((sum / (times * times)) - small.Image.Pixels[(((y * small.Width) + x) * small.Channels) + c]);
                }
            }
        }
    }

    private static Smaller Decode(byte[] jpeg, DecodeOptions options, int times)
    {
        var buffer = new Smaller(times);
        ImageDecoder.Decode(jpeg, options, "some.jpg", buffer);
        return buffer;
    }

    private sealed class Smaller(int times, Func<ImageSize, PixelBox>? needed = null) : PixelBuffer
    {
        public ImageSize Asked { get; private set; }

        public override int Reduction(ImageSize size)
        {
            Asked = size;
            return times;
        }

        public override PixelBox Needed(ImageSize size) => needed?.Invoke(size) ?? PixelBox.All(size);
    }
}
