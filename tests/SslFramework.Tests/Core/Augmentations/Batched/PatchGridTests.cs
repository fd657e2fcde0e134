using SslFramework.Core.Augmentations.Batched;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Augmentations.Batched;

[TestClass]
public class PatchGridTests
{
    private static readonly PatchSpacing Spacing = new(Side: 7, Gap: 2, Jitter: 1);

    [TestMethod]
    public void Spacing_OfThePapersPatches_PitchIs144_AndThreeFitInto398Pixels()
    {
        var papers = new PatchSpacing(96, 48, 7);
        Assert.AreEqual(144, papers.Pitch);
        Assert.AreEqual(398, papers.Extent(3));
        Assert.AreEqual(400, (papers with { ChannelShift = 2 }).Extent(3));
        Assert.AreEqual(3, papers.Fitting(398));
        Assert.AreEqual(2, papers.Fitting(397));
        Assert.AreEqual(0, papers.Fitting(109));
    }

    [TestMethod]
    public void Draw_OneSample_IsTheSameInAnyBatch()
    {
        var grid = New(grids: 2);
        var random = new StepRandom(1, 5);
        var all = grid.Draw(Batch([3, 4, 5]), random);
        CollectionAssert.AreEqual(all[36..54], grid.Draw(Batch([5]), random));
        CollectionAssert.AreNotEqual(all, grid.Draw(Batch([3, 4, 5]), new StepRandom(1, 6)));
        CollectionAssert.AreNotEqual(all[36..45], all[45..54], "each grid has an origin and moves of its own");
    }

    [TestMethod]
    public void Cut_AgainstLiteralSlices_IsEqual()
    {
        using var scope = NewDisposeScope();
        var batch = TestSteps.Batch(1, new ViewShape(3, 28, 30), 2);
        var (images, grid) = (batch.Single(), New());
        var corners = grid.Draw(batch, new StepRandom(1, 0));

        var patches = grid.Cut(images, corners);

        CollectionAssert.AreEqual(new long[] { 18, 3, 7, 7 }, patches.shape);
        for (var i = 0; i < corners.Length; i++)
        {
            var literal = images[i / 9].narrow(1, corners[i].Top, 7).narrow(2, corners[i].Left, 7);
            Assert.IsTrue(literal.eq(patches[i]).all().ToBoolean());
        }
    }

    [TestMethod]
    public void Images_TooSmall_AreRefusedWithTheSizeNeeded()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => new PatchGrid(Spacing, new ImageSize(28, 26), 3, 3));
        Assert.Contains("27×27", error.Message);
        Assert.Contains("28×26", error.Message);
    }

    private static PatchGrid New(int grids = 1) => new(Spacing, new ImageSize(28, 30), 3, 3, grids);

    private static ViewBatch Batch(long[] samples) => new([], samples);
}
