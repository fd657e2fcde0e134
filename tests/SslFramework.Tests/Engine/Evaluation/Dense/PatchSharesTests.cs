using SslFramework.Engine.Evaluation.Dense;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class PatchSharesTests
{
    [TestMethod]
    public void Of_AViewOfTwoByTwoPatches_CountsThePixelsOfEach()
    {
        byte[] map =
        [
            0, 0, 1, 2,
            0, 1, 255, 255,
            255, 255, 2, 2,
            255, 255, 2, 2,
        ];
        var shares = PatchShares.Of(map, new ImageSize(4, 4), (2, 2), 3);
        float[][] expected = [[0.75f, 0.25f, 0], [0, 0.5f, 0.5f], [0, 0, 0], [0, 0, 1]];
        CollectionAssert.AreEqual(expected.SelectMany(x => x).ToArray(), shares.SelectMany(x => x).ToArray());
    }

    [TestMethod]
    public void Of_ASideThatPatchesDoNotDivide_CountsEveryPixelOnce()
    {
        byte[] map = [0, 1, 1, 0, 1];
        var shares = PatchShares.Of(map, new ImageSize(1, 5), (1, 2), 2);
        CollectionAssert.AreEqual(new[] { 1 / 3f, 2 / 3f, 0.5f, 0.5f }, shares.SelectMany(x => x).ToArray());
    }

    [TestMethod]
    public void Choose_RareFirst_TakesPatchesOfRareClasses()
    {
        // Of 100 patches, 90 show class 0, 8 class 1, one both, and one nothing.
        float[][] shares = [.. Enumerable.Range(0, 100).Select(i => i < 90 ? [1, 0] : i < 98 ? [0, 1] : i < 99 ? new[] { 0.5f, 0.5f } : [0, 0])];
        var (rare, all) = (0, 0);
        for (ulong image = 0; image < 50; image++)
        {
            var random = new SampleRandom(0, 0, image, 0);
            rare += PatchShares.Choose(shares, 10, rareFirst: true, random).Count(patch => patch >= 90);
            all += PatchShares.Choose(shares, 10, rareFirst: false, random).Count(patch => patch >= 90);
        }

        Assert.IsGreaterThan(250, rare);
        Assert.IsInRange(20, 80, all);
        Assert.HasCount(99, PatchShares.Choose(shares, 1000, rareFirst: true, new SampleRandom(0, 0, 0, 0)), "all but the one without a class");
    }
}
