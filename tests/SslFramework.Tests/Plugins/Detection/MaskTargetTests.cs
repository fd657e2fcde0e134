using SslFramework.Core.Data.Masks;
using SslFramework.Plugins.Detection;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class MaskTargetTests
{
    [TestMethod]
    public void Write_BoxOnTheGrid_IsTheMaskItself_AndMirroredIfTheViewIs()
    {
        byte[] pixels = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        var (mask, cells) = (MaskCoding.Encode(pixels, new(4, 4)), new float[4]);
        MaskTarget.Write(mask, new(1, 1, 2, 2), mirrored: false, 2, cells);
        CollectionAssert.AreEqual(new[] { 1f, 1, 1, 0 }, cells);
        MaskTarget.Write(mask, new(1, 1, 2, 2), mirrored: true, 2, cells);
        CollectionAssert.AreEqual(new[] { 1f, 1, 0, 1 }, cells);
    }

    /// <summary>Every cell is covered by at least half, counted on a grid of points.</summary>
    [TestMethod]
    public void Write_AnyBox_IsWhatPointsOfEachCellSay()
    {
        var (random, cells) = (new SampleRandom(1, 2, 3, 4), new float[36]);
        var item = Scenes.Of(3).Objects(1).Objects[0];
        var inside = new byte[64 * 64];
        item.Mask!.Decode(inside);
        for (var i = 0; i < 20; i++)
        {
            var box = new Box(
                random.NextDouble(-5, 40), random.NextDouble(-5, 40), random.NextDouble(3, 40), random.NextDouble(3, 40));
            MaskTarget.Write(item.Mask!, box, mirrored: false, 6, cells);
            for (var cell = 0; cell < cells.Length; cell++)
            {
                const int Points = 40;
                var share = Enumerable.Range(0, Points * Points).Average(p => At(
                    box.Left + (((cell % 6) + ((p % Points) + 0.5) / Points) * box.Width / 6),
                    box.Top + (((cell / 6) + ((p / Points) + 0.5) / Points) * box.Height / 6)));
                if (Math.Abs(share - 0.5) > 0.03)
                {
                    Assert.AreEqual(share > 0.5 ? 1f : 0f, cells[cell], $"{box}, cell {cell}: {share}");
                }
            }
        }

        double At(double x, double y) => x < 0 || y < 0 || x >= 64 || y >= 64 ? 0 : inside[((int)y * 64) + (int)x];
    }

    [TestMethod]
    public void Write_ThenPasted_IsNearlyTheMask()
    {
        var (source, cells) = (Scenes.Of(20), new float[28 * 28]);
        var overlaps = new List<double>();
        foreach (var item in Enumerable.Range(0, source.Count).SelectMany(i => source.Objects(i).Objects).Where(one => !one.Difficult))
        {
            MaskTarget.Write(item.Mask!, item.Box, mirrored: false, 28, cells);
            overlaps.Add(MaskCoding.Overlap(PastedMask.Encode(cells, 28, item.Box, item.Mask!.Size), item.Mask!));
        }

        Assert.IsGreaterThan(0.97, overlaps.Average());
        Assert.IsGreaterThan(0.85, overlaps.Min());
    }

    [TestMethod]
    public void CellOf_APoint_IsItsPlaceInTheBox_AndNothingOutside()
    {
        var box = new Box(10, 20, 28, 14);
        Assert.AreEqual(0, KeypointHead.CellOf(new(10, 20, 2), box, 56));
        Assert.AreEqual((55 * 56) + 55, KeypointHead.CellOf(new(38, 34, 1), box, 56)); // its far corner belongs to it
        Assert.AreEqual((28 * 56) + 2, KeypointHead.CellOf(new(11.2, 27.1, 2), box, 56));
        Assert.IsNull(KeypointHead.CellOf(new(9.9, 25, 2), box, 56));
        Assert.IsNull(KeypointHead.CellOf(new(20, 25, 0), box, 56)); // not labeled
    }
}
