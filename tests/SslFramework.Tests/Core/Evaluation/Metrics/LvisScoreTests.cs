using SslFramework.Core.Evaluation.Metrics;
using static SslFramework.Tests.Core.Evaluation.Metrics.CocoScoreTests;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
public class LvisScoreTests
{
    private static readonly LvisFrequency[] Frequencies = [LvisFrequency.Rare, LvisFrequency.Common, LvisFrequency.Frequent];

    [TestMethod]
    public void Summarize_EveryClassSearchedEverywhere_IsCocos()
    {
        for (var seed = 40u; seed < 44; seed++)
        {
            var images = GeneratedObjects.Of(seed)
                .Select(image => (Truth: new ImageObjects([.. image.Truth.Objects.Select(one => one with { Crowd = false })]) { NegativeClasses = [0, 1, 2] }, image.Found))
                .ToArray();
            var (coco, lvis) = (Score(3, OverlapKind.Boxes, images).Summarize(), Summarize(images));
            Assert.AreEqual(
                (coco.Ap, coco.Ap50, coco.Ap75, coco.ApSmall, coco.ApMedium, coco.ApLarge, coco.Ar),
                (lvis.Ap, lvis.Ap50, lvis.Ap75, lvis.ApSmall, lvis.ApMedium, lvis.ApLarge, lvis.Ar));
            CollectionAssert.AreEqual(coco.PerClass.ToArray(), new[] { lvis.ApRare, lvis.ApCommon, lvis.ApFrequent });
        }
    }

    [TestMethod]
    public void Summarize_AClassThatNobodyLookedFor_DoesNotCount()
    {
        var found = Found(0, .9, 0, 0, 50, 50);
        var seen = (Truth(Object(0, 0, 0, 50, 50)), new[] { found with { Score = .5 } });
        Assert.AreEqual(1, Summarize(seen, (Truth(Object(1, 0, 0, 9, 9)), [found])).ApRare, 1e-12);
        Assert.AreEqual(0.5, Summarize(seen, (ImageObjects.None with { NegativeClasses = [0] }, [found])).ApRare, 1e-12);
    }

    [TestMethod]
    public void Summarize_AClassNotLabeledToTheLastObject_ForgivesOtherDetections()
    {
        DetectedObject[] found = [Found(0, .9, 200, 0, 50, 50), Found(0, .5, 0, 0, 50, 50)];
        var truth = Truth(Object(0, 0, 0, 50, 50));
        Assert.AreEqual(0.5, Summarize((truth, found)).Ap, 1e-12);
        Assert.AreEqual(1, Summarize((truth with { NotExhaustiveClasses = [0] }, found)).Ap, 1e-12);
    }

    [TestMethod]
    public void Summarize_MoreThan300PerImage_LooksAtThe300Best()
    {
        var noise = Enumerable.Range(0, 300).Select(i => Found(1, .9, i, 300, 5, 5));
        var truth = Truth(Object(0, 0, 0, 50, 50));
        Assert.AreEqual(0, Summarize((truth, [.. noise, Found(0, .5, 0, 0, 50, 50)])).Ap);
        Assert.AreEqual(1, Summarize((truth, [.. noise.Skip(1), Found(0, .5, 0, 0, 50, 50)])).Ap, 1e-12);
    }

    [TestMethod]
    [DataRow(10, LvisFrequency.Rare)]
    [DataRow(11, LvisFrequency.Common)]
    [DataRow(100, LvisFrequency.Common)]
    [DataRow(101, LvisFrequency.Frequent)]
    public void FrequencyOf_ImagesOfAClass_IsLviss(int images, LvisFrequency frequency) => Assert.AreEqual(frequency, LvisScore.FrequencyOf(images));

    private static LvisSummary Summarize(params (ImageObjects Truth, DetectedObject[] Found)[] images)
    {
        var score = new LvisScore(Frequencies, OverlapKind.Boxes);
        Array.ForEach(images, image => score.Add(image.Truth, image.Found));
        return score.Summarize();
    }
}
