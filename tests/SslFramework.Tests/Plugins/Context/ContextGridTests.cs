using System.ComponentModel.DataAnnotations;
using SslFramework.Plugins.Context;

namespace SslFramework.Tests.Plugins.Context;

[TestClass]
internal class ContextGridTests
{
    private static readonly ContextOptions Small = new() { PatchSize = 7, Gap = 2, Jitter = 1, Pairs = PatchPairs.Neighbours };

    [TestMethod]
    public void Neighbours_AreTheEightPlacesRowByRow()
    {
        var grid = New(Small, 28, 28);
        Assert.AreEqual(9, grid.Patches.Count);
        CollectionAssert.AreEqual(
            new[] { (4, 0, 0), (4, 1, 1), (4, 2, 2), (4, 3, 3), (4, 5, 4), (4, 6, 5), (4, 7, 6), (4, 8, 7) }, grid.Pairs.ToArray());
    }

    [TestMethod]
    public void Adjacent_EveryPairHasItsMirror_AndAllEightPlacesOccur()
    {
        var grid = New(Small with { Pairs = PatchPairs.Adjacent }, 28, 37);
        Assert.AreEqual(12, grid.Patches.Count); // 3 rows, 4 columns
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
        foreach (var (_, second, place) in New(Small, 28, 28).Pairs)
        {
            var mirrored = (second / 3 * 3) + 2 - (second % 3);
            Assert.AreEqual(flipped[place], New(Small, 28, 28).Pairs.Single(pair => pair.Second == mirrored).Place);
        }
    }

    [TestMethod]
    public void PapersNumbers_PitchIs144_AndPatchesMoveBySeven()
    {
        using var scope = NewDisposeScope();
        var grid = New(new ContextOptions(), 398, 400);
        Assert.AreEqual(9, grid.Patches.Count);
        var corners = Draw(grid, 200);

        // 398 pixels leave no room for an origin in this direction, so that only the moves are left.
        for (var cell = 0; cell < 9; cell++)
        {
            var tops = corners.Where((_, i) => i % 9 == cell).Select(corner => corner.Top).ToArray();
            Assert.AreEqual((96 + 48) * (cell / 3), tops.Min());
            Assert.AreEqual(((96 + 48) * (cell / 3)) + 14, tops.Max());
        }

        Assert.AreEqual(16, corners.Where((_, i) => i % 3 == 0).Max(corner => corner.Left), "two pixels of room for the origin");
        Assert.AreEqual(4, New(new ContextOptions(), 254, 397).Patches.Count);
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
            var grid = New(new ContextOptions { PatchSize = patch, Gap = gap, Jitter = jitter, Pairs = pairs }, height, width);
            var corners = Draw(grid, 50);
            Assert.HasCount(50 * grid.Patches.Count, corners);
            Assert.IsTrue(corners.All(c => c.Top >= 0 && c.Left >= 0 && c.Top + patch <= height && c.Left + patch <= width));
            for (var image = 0; image < 50; image++)
            {
                foreach (var (first, second, _) in grid.Pairs)
                {
                    var (a, b) = (corners[(image * grid.Patches.Count) + first], corners[(image * grid.Patches.Count) + second]);
                    Assert.IsTrue(Math.Max(Math.Abs(a.Top - b.Top), Math.Abs(a.Left - b.Left)) >= patch);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(PatchPairs.Neighbours, "398×398")]
    [DataRow(PatchPairs.Adjacent, "254×254")]
    public void Views_TooSmall_AreRefusedWithTheSizeNeeded(PatchPairs pairs, string needed)
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(new ContextOptions { Pairs = pairs }, 253, 600));
        Assert.Contains(needed, error.Message);
    }

    [TestMethod]
    public void Options_JitterBeyondHalfTheGap_IsRefused()
    {
        var options = Small with { Jitter = 2 };
        Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), null, true));
        Assert.IsTrue(Validator.TryValidateObject(Small, new ValidationContext(Small), null, true));
    }

    private static ContextGrid New(ContextOptions options, int height, int width) => new(options, new ImageSize(height, width));

    private static (int Top, int Left)[] Draw(ContextGrid grid, int images) =>
        grid.Patches.Draw(new ViewBatch([], [.. Enumerable.Range(0, images).Select(i => (long)i)]), new StepRandom(1, 0));
}
