using System.Text;
using SslFramework.Core.Data.Masks;

namespace SslFramework.Tests.Core.Data.Masks;

[TestClass]
public class MaskCodingTests
{
    private static readonly ImageSize Small = new(4, 5);

    [TestMethod]
    public void Encode_AnExample_HasCocosRunsAndText()
    {
        var pixels = new byte[20];
        foreach (var (row, column) in from row in new[] { 1, 2 } from column in new[] { 1, 2, 3 } select (row, column))
        {
            pixels[(row * 5) + column] = 1;
        }

        var mask = MaskCoding.Encode(pixels, Small);
        CollectionAssert.AreEqual(new[] { 5, 2, 2, 2, 2, 2, 5 }, mask.Counts.ToArray());
        Assert.AreEqual("5220003", MaskText.Write(mask));
        Assert.AreEqual((6L, new Box(1, 1, 3, 2)), (mask.PixelCount(), mask.Bounds()));
    }

    [TestMethod]
    public void Write_LongRuns_IsCocosText() =>
        Assert.AreEqual("PeQ3`Td7`j`1", MaskText.Write(new(new(400, 1000), [100000, 250000, 50000])));

    [TestMethod]
    public void Union_OfTwoSquares_HasTheirPixels()
    {
        var union = MaskCoding.Union([Rectangle(0, 0, 3, 3, Small), Rectangle(1, 2, 3, 3, Small)]);
        CollectionAssert.AreEqual(new[] { 0, 3, 1, 3, 1, 4, 1, 3, 1, 3 }, union.Counts.ToArray());
        Assert.AreEqual(16, union.PixelCount());
    }

    [TestMethod]
    public void Overlap_OfTwoRectangles_IsThatOfTheirPixels()
    {
        var (flat, upright) = (Rectangle(0, 0, 2, 3, Small), Rectangle(0, 0, 3, 2, Small));
        Assert.AreEqual(0.5, MaskCoding.Overlap(flat, upright));
        Assert.AreEqual(4.0 / 6, MaskCoding.Overlap(flat, upright, crowd: true));
        Assert.AreEqual(0, MaskCoding.Overlap(flat, Rectangle(3, 4, 1, 1, Small)));
        Assert.AreEqual(0, MaskCoding.Overlap(new(Small, [20]), new(Small, [20])));
        Assert.ThrowsExactly<ArgumentException>(() => MaskCoding.Overlap(flat, new(new(5, 4), [20])));
    }

    [TestMethod]
    public void Operations_OnRandomMasks_AreThoseOfTheirPixels()
    {
        var random = new SampleRandom(1, 0, 0, 0);
        for (var round = 0; round < 300; round++)
        {
            var size = new ImageSize(1 + random.Next(9), 1 + random.Next(9));
            var (a, b) = (Pixels(ref random, size), Pixels(ref random, size));
            var (maskA, maskB) = (MaskCoding.Encode(a, size), MaskCoding.Encode(b, size));
            CollectionAssert.AreEqual(a, Decoded(maskA));
            CollectionAssert.AreEqual(maskA.Counts.ToArray(), MaskText.Read(Encoding.ASCII.GetBytes(MaskText.Write(maskA)), size).Counts.ToArray());
            Assert.AreEqual(a.Count(p => p != 0), maskA.PixelCount());
            Assert.AreEqual(LiteralBounds(a, size), maskA.Bounds());
            Assert.AreEqual(a.Zip(b).Count(p => p is (1, 1)), MaskCoding.Intersection(maskA, maskB));
            CollectionAssert.AreEqual(a.Zip(b, (p, q) => (byte)(p | q)).ToArray(), Decoded(MaskCoding.Union([maskA, maskB])));
        }
    }

    [TestMethod]
    public void Operations_OnRunsOfNoLength_AreThoseOfThePixels()
    {
        var odd = new RunLengthMask(new(2, 3), [0, 0, 2, 0, 0, 1, 0, 0, 3, 0]);
        CollectionAssert.AreEqual(new byte[] { 0, 1, 0, 0, 0, 0 }, Decoded(odd));
        Assert.AreEqual((1L, new Box(1, 0, 1, 1)), (odd.PixelCount(), odd.Bounds()));
        Assert.AreEqual(1, MaskCoding.Overlap(odd, new(new(2, 3), [2, 1, 3])));
        CollectionAssert.AreEqual(new[] { 2, 1, 3 }, MaskCoding.Union([odd, odd]).Counts.ToArray());
    }

    [TestMethod]
    [DataRow("52", "the image has 4 × 5 pixels")]
    [DataRow("5220003P", "ends in the middle")]
    [DataRow("522000!", "does not occur")]
    [DataRow("PPPPPPPP0", "too large")]
    [DataRow("5O", "no possible length")]
    public void Read_DamagedText_IsRefused(string text, string sentence) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => MaskText.Read(Encoding.ASCII.GetBytes(text), Small)).Message, sentence);

    [TestMethod]
    public void Checked_RunsOfAnotherImage_AreRefused()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => MaskText.Checked([5, -2, 17], Small));
        Assert.ThrowsExactly<InvalidDataException>(() => MaskText.Checked([int.MaxValue, int.MaxValue], Small));
        Assert.AreEqual(15, MaskText.Checked([5, 15], Small).PixelCount());
    }

    internal static byte[] Decoded(RunLengthMask mask)
    {
        var pixels = new byte[mask.Size.Height * mask.Size.Width];
        mask.Decode(pixels);
        return pixels;
    }

    internal static RunLengthMask Rectangle(int top, int left, int height, int width, ImageSize size)
    {
        var pixels = new byte[size.Height * size.Width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i / size.Width - top is var y && y >= 0 && y < height && i % size.Width - left is var x && x >= 0 && x < width ? 1 : 0);
        }

        return MaskCoding.Encode(pixels, size);
    }

    private static byte[] Pixels(ref SampleRandom random, ImageSize size)
    {
        var (pixels, share) = (new byte[size.Height * size.Width], random.NextDouble());
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(random.NextBool(share) ? 1 : 0);
        }

        return pixels;
    }

    private static Box LiteralBounds(byte[] pixels, ImageSize size)
    {
        var inside = pixels.Index().Where(p => p.Item != 0).Select(p => (Row: p.Index / size.Width, Column: p.Index % size.Width)).ToArray();
        return inside.Length == 0 ? default : new(
            inside.Min(p => p.Column),
            inside.Min(p => p.Row),
            inside.Max(p => p.Column) - inside.Min(p => p.Column) + 1,
            inside.Max(p => p.Row) - inside.Min(p => p.Row) + 1);
    }
}
