using SslFramework.Core.Data.Masks;

namespace SslFramework.Tests.Core.Data.Masks;

[TestClass]
public class PastedMaskTests
{
    [TestMethod]
    public void Encode_OnesInABoxOfWholePixels_AreThatBox()
    {
        var mask = PastedMask.Encode(Enumerable.Repeat(1f, 16).ToArray(), 4, new(2, 1, 3, 2), new(6, 8));
        CollectionAssert.AreEqual(MaskCodingTests.Rectangle(1, 2, 2, 3, new(6, 8)).Counts.ToArray(), mask.Counts.ToArray());
    }

    [TestMethod]
    public void Encode_ABoxOfTheMasksSize_KeepsItsCells()
    {
        var mask = PastedMask.Encode([1, 0, 0, 1, 1, 0, 0.5f, 0.49f, 1], 3, new(1, 2, 3, 3), new(6, 6));
        var expected = new byte[36];
        foreach (var (row, column) in new[] { (0, 0), (1, 0), (1, 1), (2, 0), (2, 2) })
        {
            expected[((row + 2) * 6) + column + 1] = 1;
        }

        CollectionAssert.AreEqual(expected, MaskCodingTests.Decoded(mask));
    }

    /// <summary>What torch's grid_sample gives with zeros around the mask and corners not aligned.</summary>
    [TestMethod]
    public void Encode_RandomMasksAndBoxes_AreThoseOfGridSample()
    {
        var random = new SampleRandom(3, 0, 0, 0);
        using var scope = NewDisposeScope();
        for (var round = 0; round < 60; round++)
        {
            var (side, size) = (1 + random.Next(5), new ImageSize(4 + random.Next(9), 4 + random.Next(9)));
            var box = new Box(random.NextDouble(-3, 6), random.NextDouble(-3, 6), random.NextDouble(0.5, 12), random.NextDouble(0.5, 12));
            var scores = new float[side * side];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = random.NextSingle();
            }

            var x = ((arange(size.Width, float64) + 0.5 - box.Left) / box.Width * 2) - 1;
            var y = ((arange(size.Height, float64) + 0.5 - box.Top) / box.Height * 2) - 1;
            var grid = stack([x.expand(size.Height, size.Width), y.unsqueeze(1).expand(size.Height, size.Width)], -1).unsqueeze(0); // [1, H, W, 2]
            var sampled = nn.functional.grid_sample(tensor(scores).to(float64).view(1, 1, side, side), grid, align_corners: false);
            var expected = sampled.flatten().data<double>().ToArray();
            var actual = MaskCodingTests.Decoded(PastedMask.Encode(scores, side, box, size));
            for (var i = 0; i < actual.Length; i++)
            {
                Assert.IsTrue(Math.Abs(expected[i] - 0.5) < 1e-9 || (expected[i] >= 0.5) == (actual[i] == 1), $"{box} {size} pixel {i}: {expected[i]}");
            }
        }
    }

    [TestMethod]
    [DataRow(0, 5)]
    [DataRow(5, 0)]
    [DataRow(-2, 3)]
    [DataRow(double.NaN, 3)]
    public void Encode_ABoxWithoutPixels_IsEmpty(double width, double height) =>
        Assert.AreEqual(0, PastedMask.Encode([1], 1, new(1, 1, width, height), new(4, 5)).PixelCount());
}
