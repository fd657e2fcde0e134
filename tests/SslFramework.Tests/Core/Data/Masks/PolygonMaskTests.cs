using SslFramework.Core.Data.Masks;

namespace SslFramework.Tests.Core.Data.Masks;

/// <summary>COCO's own answers, and the same walk in floating point with every point kept.</summary>
[TestClass]
public class PolygonMaskTests
{
    [TestMethod]
    [DataRow(new double[] { 1, 1, 4, 1, 4, 3, 1, 3 }, "5220003", 6)]
    [DataRow(new[] { .5, .5, 4.5, .5, 4.5, 2.5, .5, 2.5 }, "52200000O", 8)]
    [DataRow(new[] { 1.2, .3, 4.7, 1.1, 2.6, 3.9 }, "4142MO4", 6)]
    public void Encode_SmallPolygons_AreCocos(double[] corners, string text, int pixels)
    {
        var mask = PolygonMask.Encode(corners, new(4, 5));
        Assert.AreEqual((text, (long)pixels), (MaskText.Write(mask), mask.PixelCount()));
    }

    [TestMethod]
    public void Encode_ATriangle_HasCocosPixelsAndBox()
    {
        var mask = PolygonMask.Encode([10, 10, 50, 12, 30, 45], new(60, 60));
        Assert.AreEqual((678L, new Box(10, 10, 40, 34)), (mask.PixelCount(), mask.Bounds()));
    }

    [TestMethod]
    public void Encode_SeveralParts_AreUnited()
    {
        double[] first = [0, 0, 3, 0, 3, 3, 0, 3], second = [2, 1, 5, 1, 5, 4, 2, 4];
        var union = PolygonMask.EncodeParts([first, second], new(4, 5));
        Assert.AreEqual(16, union.PixelCount());
        CollectionAssert.AreEqual(MaskCoding.Union([PolygonMask.Encode(first, new(4, 5)), PolygonMask.Encode(second, new(4, 5))]).Counts.ToArray(), union.Counts.ToArray());
    }

    [TestMethod]
    public void Encode_RandomPolygons_AreThoseOfTheLiteralWalk()
    {
        var random = new SampleRandom(2, 0, 0, 0);
        for (var round = 0; round < 400; round++)
        {
            var size = new ImageSize(1 + random.Next(20), 1 + random.Next(20));
            var (scale, shift) = round % 4 == 0 ? (60, -20) : (22, 0); // a quarter of them leave the image
            var corners = new double[2 * (3 + random.Next(6))];
            for (var i = 0; i < corners.Length; i++)
            {
                corners[i] = shift + (round % 3 == 0 ? random.Next(scale) : random.NextDouble() * scale);
            }

            CollectionAssert.AreEqual(Literal(corners, size), MaskCodingTests.Decoded(PolygonMask.Encode(corners, size)), string.Join(' ', corners));
        }
    }

    [TestMethod]
    public void Encode_APointOrNothing_HasNoPixels()
    {
        Assert.AreEqual(0, PolygonMask.Encode([1, 1, 1, 1, 1, 1], new(4, 5)).PixelCount());
        Assert.AreEqual(0, PolygonMask.Encode([], new(4, 5)).PixelCount());
    }

    private static byte[] Literal(double[] corners, ImageSize size)
    {
        var points = new List<(int U, int V)>();
        var grid = corners.Select(c => (int)((5 * c) + .5)).ToArray();
        for (var i = 0; i < grid.Length; i += 2)
        {
            var (x0, y0, x1, y1) = (grid[i], grid[i + 1], grid[(i + 2) % grid.Length], grid[(i + 3) % grid.Length]);
            var wide = Math.Abs(x1 - x0) >= Math.Abs(y1 - y0);
            if (wide)
            {
                var (startX, startY, endX, endY) = x0 <= x1 ? (x0, y0, x1, y1) : (x1, y1, x0, y0);
                var edge = Enumerable.Range(0, endX - startX + 1)
                    .Select(t => (startX + t, endX == startX ? startY : (int)(startY + ((double)(endY - startY) / (endX - startX) * t) + .5)));
                points.AddRange(x0 <= x1 ? edge : edge.Reverse());
            }
            else
            {
                var (startX, startY, endX, endY) = y0 <= y1 ? (x0, y0, x1, y1) : (x1, y1, x0, y0);
                var edge = Enumerable.Range(0, endY - startY + 1)
                    .Select(t => ((int)(startX + ((double)(endX - startX) / (endY - startY) * t) + .5), startY + t));
                points.AddRange(y0 <= y1 ? edge : edge.Reverse());
            }
        }

        var flips = new int[(size.Height * size.Width) + 1];
        for (var j = 1; j < points.Count; j++)
        {
            var ((u, v), (uBefore, vBefore)) = (points[j], points[j - 1]);
            var x = (((u < uBefore ? u : u - 1) + .5) / 5) - .5;
            if (u != uBefore && Math.Floor(x) == x && x >= 0 && x <= size.Width - 1)
            {
                var y = Math.Ceiling(Math.Clamp(((Math.Min(v, vBefore) + .5) / 5) - .5, 0, size.Height));
                flips[((int)x * size.Height) + (int)y]++;
            }
        }

        var (pixels, parity) = (new byte[size.Height * size.Width], 0);
        for (var i = 0; i < pixels.Length; i++)
        {
            parity += flips[i];
            pixels[(i % size.Height * size.Width) + (i / size.Height)] = (byte)(parity % 2);
        }

        return pixels;
    }
}
