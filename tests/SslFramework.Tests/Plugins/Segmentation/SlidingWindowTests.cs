using SslFramework.Plugins.Segmentation;

namespace SslFramework.Tests.Plugins.Segmentation;

[TestClass]
public class SlidingWindowTests
{
    private static readonly Tensor Images = Golden.Tensor("images", [2, 1, 11, 17], 1).DetachFromDisposeScope();
    private static readonly Tensor All = ones([2, 11, 17], dtype: @bool).DetachFromDisposeScope();

    [TestMethod]
    [DataRow(null)]
    [DataRow(17)]
    [DataRow(100)]
    public void Scores_OfAWindowThatCoversTheImage_AreTheImages(int? side)
    {
        using var scope = NewDisposeScope();
        Assert.IsTrue(SlidingWindow.Scores(Images, All, side, 3, Mixed).eq(Mixed(Images)).all().ToBoolean());
    }

    /// <summary>Against lists of the scores that every pixel gets.</summary>
    [TestMethod]
    [DataRow(8, 5)]
    [DataRow(8, 8)]
    [DataRow(12, 7)]
    public void Scores_OfWindows_AreTheMeansOfThoseThatShowAPixel(int side, int step)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (Math.Min(side, 11), Math.Min(side, 17));
        var given = Enumerable.Range(0, 11 * 17).Select(_ => new List<Tensor>()).ToArray();
        foreach (var top in Begins(11, rows))
        {
            foreach (var left in Begins(17, columns))
            {
                var own = Mixed(Images.narrow(2, top, rows).narrow(3, left, columns));
                for (var place = 0; place < rows * columns; place++)
                {
                    given[((top + (place / columns)) * 17) + left + (place % columns)].Add(own[.., .., place / columns, place % columns]);
                }
            }
        }

        var expected = stack(given.Select(list => stack(list).mean([0])), 2).view(2, 2, 11, 17);
        Assert.IsTrue(SlidingWindow.Scores(Images, All, side, step, Mixed).allclose(expected, 1e-5, 1e-6));

        IEnumerable<int> Begins(int length, int window) =>
            Enumerable.Range(0, length).Select(i => i * step).TakeWhile(begin => begin + window < length).Append(length - window);
    }

    [TestMethod]
    public void Scores_OfWindowsInWhichNothingCounts_AreNotComputed()
    {
        using var scope = NewDisposeScope();
        var (counts, windows) = (zeros([2, 11, 17], dtype: @bool), 0);
        counts[1, 0, 0] = true;
        var scores = SlidingWindow.Scores(Images, counts, 8, 5, images =>
        {
            windows++;
            return Mixed(images);
        });
        Assert.AreEqual(1, windows, "the first");
        Assert.IsTrue(scores[.., .., ..8, ..8].eq(Mixed(Images[.., .., ..8, ..8])).all().ToBoolean());
        Assert.AreEqual(0, scores[.., .., 8.., ..].abs().sum().ToDouble());
        Assert.AreEqual(0, SlidingWindow.Scores(Images, zeros_like(counts), 8, 5, Mixed).abs().sum().ToDouble(), "nothing counts anywhere");
    }

    /// <summary>Scores of two classes that depend on all of the window.</summary>
    private static Tensor Mixed(Tensor images) => cat([images, images.square() - images.mean([2, 3], keepdim: true)], 1);
}
