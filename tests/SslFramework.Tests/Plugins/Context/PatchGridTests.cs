using System.ComponentModel.DataAnnotations;
using SslFramework.Plugins.Context;
using SslFramework.Testing;

namespace SslFramework.Tests.Plugins.Context;

[TestClass]
public class PatchGridTests
{
    private static readonly ContextOptions Small = new() { PatchSize = 7, Gap = 2, Jitter = 1, Pairs = PatchPairs.Neighbours };

    [TestMethod]
    public void Neighbours_AreTheEightPlacesRowByRow()
    {
        var grid = new PatchGrid(Small, 28, 28);
        Assert.AreEqual(9, grid.Count);
        CollectionAssert.AreEqual(
            new[] { (4, 0, 0), (4, 1, 1), (4, 2, 2), (4, 3, 3), (4, 5, 4), (4, 6, 5), (4, 7, 6), (4, 8, 7) }, grid.Pairs.ToArray());
    }

    [TestMethod]
    public void Adjacent_EveryPairHasItsMirror_AndAllEightPlacesOccur()
    {
        var grid = new PatchGrid(Small with { Pairs = PatchPairs.Adjacent }, 28, 37);
        Assert.AreEqual(12, grid.Count); // 3 rows, 4 columns
        Assert.HasCount(2 * ((3 * 3) + (2 * 4) + (2 * 2 * 3)), grid.Pairs); // beside, below, and both diagonals
        foreach (var (first, second, place) in grid.Pairs)
        {
            Assert.Contains((second, first, 7 - place), grid.Pairs, "seen from the other patch, the place is the opposite one");
            var (dy, dx) = ((second / 4) - (first / 4), (second % 4) - (first % 4));
            var square = ((dy + 1) * 3) + dx + 1;
            Assert.AreEqual(square > 4 ? square - 1 : square, place);
        }

        Assert.HasCount(8, grid.Pairs.Select(pair => pair.Place).Distinct());
    }

    [TestMethod]
    public void Place_OfAFlippedImage_IsTheFlippedPlace()
    {
        // Left and right change places: 0↔2, 3↔4, 5↔7. That is why patches are never flipped one by one.
        int[] flipped = [2, 1, 0, 4, 3, 7, 6, 5];
        foreach (var (_, second, place) in new PatchGrid(Small, 28, 28).Pairs)
        {
            var mirrored = (second / 3 * 3) + 2 - (second % 3);
            Assert.AreEqual(flipped[place], new PatchGrid(Small, 28, 28).Pairs.Single(pair => pair.Second == mirrored).Place);
        }
    }

    [TestMethod]
    public void PapersNumbers_PitchIs144_AndPatchesMoveBySeven()
    {
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(new ContextOptions(), 398, 400);
        Assert.AreEqual(9, grid.Count);
        var corners = Draw(grid, 200);

        // 398 pixels leave no room for an origin in this direction, so that only the moves are left.
        for (var cell = 0; cell < 9; cell++)
        {
            var tops = corners.Where((_, i) => i % 9 == cell).Select(corner => corner.Top).ToArray();
            Assert.AreEqual((96 + 48) * (cell / 3), tops.Min());
            Assert.AreEqual(((96 + 48) * (cell / 3)) + 14, tops.Max());
        }

        Assert.AreEqual(16, corners.Where((_, i) => i % 3 == 0).Max(corner => corner.Left), "two pixels of room for the origin");
        Assert.AreEqual(4, new PatchGrid(new ContextOptions(), 254, 397).Count);
    }

    [TestMethod]
    [DataRow(7, 2, 1, 28, 28)]
    [DataRow(7, 2, 1, 27, 40)]
    [DataRow(64, 21, 10, 255, 255)]
    [DataRow(12, 6, 0, 50, 64)]
    public void Draw_AnySize_PatchesLieInsideAndNeverOverlap(int patch, int gap, int jitter, int height, int width)
    {
        foreach (var pairs in Enum.GetValues<PatchPairs>())
        {
            var grid = new PatchGrid(new ContextOptions { PatchSize = patch, Gap = gap, Jitter = jitter, Pairs = pairs, Grids = 2 }, height, width);
            var corners = Draw(grid, 50);
            Assert.HasCount(50 * grid.Count, corners);
            Assert.IsTrue(corners.All(c => c.Top >= 0 && c.Left >= 0 && c.Top + patch <= height && c.Left + patch <= width));
            for (var image = 0; image < 50; image++)
            {
                foreach (var (first, second, _) in grid.Pairs)
                {
                    var (a, b) = (corners[(image * grid.Count) + first], corners[(image * grid.Count) + second]);
                    Assert.IsTrue(Math.Max(Math.Abs(a.Top - b.Top), Math.Abs(a.Left - b.Left)) >= patch);
                }
            }
        }
    }

    [TestMethod]
    public void Draw_OneSample_IsTheSameInAnyBatch()
    {
        var grid = new PatchGrid(Small, 28, 28);
        var random = new StepRandom(1, 5);
        var all = grid.Draw(Batch([3, 4, 5]), random);
        CollectionAssert.AreEqual(all[18..27], grid.Draw(Batch([5]), random));
        CollectionAssert.AreNotEqual(all, grid.Draw(Batch([3, 4, 5]), new StepRandom(1, 6)));
    }

    [TestMethod]
    public void Cut_AgainstLiteralSlices_IsEqual()
    {
        using var scope = NewDisposeScope();
        var images = TestSteps.Batch(1, new ViewShape(3, 28, 30), 2).Single();
        var grid = new PatchGrid(Small, 28, 30);
        var corners = Draw(grid, 2);

        var patches = grid.Cut(images, corners);

        CollectionAssert.AreEqual(new long[] { 18, 3, 7, 7 }, patches.shape);
        for (var i = 0; i < corners.Length; i++)
        {
            var literal = images[i / 9].narrow(1, corners[i].Top, 7).narrow(2, corners[i].Left, 7);
            Assert.IsTrue(literal.eq(patches[i]).all().ToBoolean());
        }
    }

    [TestMethod]
    [DataRow(PatchPairs.Neighbours, "398×398")]
    [DataRow(PatchPairs.Adjacent, "254×254")]
    public void Views_TooSmall_AreRefusedWithTheSizeNeeded(PatchPairs pairs, string needed)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => new PatchGrid(new ContextOptions { Pairs = pairs }, 253, 600));
        Assert.Contains(needed, error.Message);
    }

    [TestMethod]
    public void Options_JitterBeyondHalfTheGap_IsRefused()
    {
        var options = Small with { Jitter = 2 };
        Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), null, true));
        Assert.IsTrue(Validator.TryValidateObject(Small, new ValidationContext(Small), null, true));
    }

    private static (int Top, int Left)[] Draw(PatchGrid grid, int images) =>
        grid.Draw(Batch([.. Enumerable.Range(0, images).Select(i => (long)i)]), new StepRandom(1, 0));

    private static ViewBatch Batch(long[] samples) => new([], samples);
}
