using SslFramework.Core.Evaluation.Metrics;
using static SslFramework.Tests.Core.Evaluation.Metrics.CocoScoreTests;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
public class VocScoreTests
{
    [TestMethod]
    public void Curves_OfARightAWrongAndARightAnswer_AreThoseByHand()
    {
        bool[] hits = [true, false, true];
        Assert.AreEqual(6.0 / 11, AveragePrecision.ElevenPoint(hits, 3), 1e-15);
        Assert.AreEqual(5.0 / 9, AveragePrecision.Area(hits, 3), 1e-15);
        Assert.AreEqual(56.0 / 101, AveragePrecision.Coco(hits, 3), 1e-15);
        Assert.IsTrue(double.IsNaN(AveragePrecision.Area([false], 0)));
    }

    [TestMethod]
    public void Curves_OfRandomAnswers_AreThoseOfTheLiteralVersion()
    {
        var random = new SampleRandom(4, 0, 0, 0);
        for (var round = 0; round < 200; round++)
        {
            bool[] hits = [.. Enumerable.Range(0, random.Next(30)).Select(_ => random.NextBool(0.5))];
            var positives = Math.Max(1, hits.Count(hit => hit) + random.Next(5));
            double Recall(int n) => (double)hits.Take(n).Count(hit => hit) / positives;
            double Best(double recall) => Enumerable.Range(1, hits.Length).Where(n => Recall(n) >= recall).Select(n => Recall(n) * positives / n).DefaultIfEmpty(0).Max();
            double[] elevenths = [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9, 1];
            Assert.AreEqual(elevenths.Average(Best), AveragePrecision.ElevenPoint(hits, positives), 1e-12);
            Assert.AreEqual(Enumerable.Range(1, positives).Sum(k => Best((double)k / positives)) / positives, AveragePrecision.Area(hits, positives), 1e-12);
        }
    }

    [TestMethod]
    public void Ranked_EqualScores_KeepTheirOrder() =>
        CollectionAssert.AreEqual(new[] { true, false, true, false }, AveragePrecision.Ranked([1, 2, 1, 0], [false, true, true, false]));

    [TestMethod]
    public void Summarize_AnOverlapOfExactlyHalf_IsNotEnough()
    {
        Assert.AreEqual(0, Ap50(Truth(Object(0, 0, 0, 10, 10)), Found(0, .9, 0, 0, 10, 5)));
        Assert.AreEqual(1, Ap50(Truth(Object(0, 0, 0, 10, 10)), Found(0, .9, 0, 0, 10, 5.1)));
    }

    [TestMethod]
    public void Summarize_ASecondDetectionOfAnObject_IsWrong()
    {
        var truth = Truth(Object(0, 0, 0, 10, 10), Object(0, 50, 0, 10, 10));
        Assert.AreEqual(0.5 + (0.5 * 2 / 3), Ap50(truth, Found(0, .9, 0, 0, 10, 10), Found(0, .8, 0, 0, 10, 10), Found(0, .7, 50, 0, 10, 10)), 1e-12);
    }

    [TestMethod]
    public void Curve_OfOneOfTwoFound_EndsAtHalfTheRecall()
    {
        var score = new VocScore(2, elevenPoint: false);
        score.Add(Truth(Object(0, 0, 0, 10, 10), Object(0, 50, 0, 10, 10)), [Found(0, .9, 0, 0, 10, 10), Found(0, .8, 0, 0, 10, 10)]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 101).Select(i => i <= 50 ? 1.0 : 0).ToArray(), score.Curve(0, 0)!.Select(precision => Math.Round(precision, 12)).ToArray());
        Assert.IsNull(score.Curve(1, 0), "no object");
    }

    /// <summary>The object is chosen before it is known to be difficult: a detection that overlaps it most finds no other.</summary>
    [TestMethod]
    public void Summarize_DifficultObjects_DoNotCount()
    {
        var truth = Truth(Object(0, 0, 0, 10, 10) with { Difficult = true }, Object(0, 2, 0, 10, 10));
        Assert.AreEqual(0, Ap50(truth, Found(0, .9, 0, 0, 10, 10)));
        Assert.AreEqual(1, Ap50(truth, Found(0, .9, 0, 0, 10, 10), Found(0, .8, 2, 0, 10, 10)));
        Assert.AreEqual(1, Ap50(truth, Found(0, .9, 0, 0, 10, 10), Found(0, .85, 0, 0, 10, 10), Found(0, .8, 2, 0, 10, 10)));
    }

    [TestMethod]
    public void Summarize_RoundingOfTheKit_CanDecide()
    {
        var truth = Truth(Object(0, 0, 0, 10, 10));
        var found = Found(0, .9, 0, 0, 10, 5.04);
        Assert.AreEqual(1, Ap50(truth, found));
        var score = new VocScore(1, elevenPoint: false, devkitRounding: true);
        score.Add(truth, [found]);
        Assert.AreEqual(0, score.Summarize().Ap50);
    }

    [TestMethod]
    public void Summarize_RandomImages_AreThoseOfTheLiteralVersion()
    {
        for (var seed = 500u; seed < 510; seed++)
        {
            var images = GeneratedObjects.Of(seed).Select(image => (
                Truth: new ImageObjects([.. image.Truth.Objects.Select(one => one with { Difficult = one.Crowd })]), image.Found)).ToArray();
            foreach (var elevenPoint in new[] { true, false })
            {
                var score = new VocScore(4, elevenPoint);
                Array.ForEach(images, image => score.Add(image.Truth, image.Found));
                var summary = score.Summarize();
                var expected = Enumerable.Range(0, 10).Select(t => Enumerable.Range(0, 3).Average(one => Literal(images, one, (50 + (5 * t)) / 100.0, elevenPoint))).ToArray();
                Assert.AreEqual(expected.Average(), summary.Ap, 1e-12);
                Assert.AreEqual(expected[0], summary.Ap50, 1e-12);
                Assert.AreEqual(expected[5], summary.Ap75, 1e-12);
                Assert.IsTrue(double.IsNaN(summary.PerClass[3]));
            }
        }
    }

    private static double Literal((ImageObjects Truth, DetectedObject[] Found)[] images, int ofClass, double threshold, bool elevenPoint)
    {
        var (taken, hits) = (new HashSet<(int, int)>(), new List<bool>());
        foreach (var (image, found) in images.Index().SelectMany(image => image.Item.Found.Where(one => one.Class == ofClass).Select(found => (image.Index, found))).OrderByDescending(pair => pair.found.Score))
        {
            var (best, which) = (double.NegativeInfinity, -1);
            foreach (var (number, one) in images[image].Truth.Objects.Index().Where(entry => entry.Item.Class == ofClass))
            {
                var overlap = Inclusive(found.Box, one.Box);
                (best, which) = overlap > best ? (overlap, number) : (best, which);
            }

            if (best <= threshold)
            {
                hits.Add(false);
            }
            else if (!images[image].Truth.Objects[which].Difficult)
            {
                hits.Add(taken.Add((image, which)));
            }
        }

        var positives = images.Sum(image => image.Truth.Objects.Count(one => one.Class == ofClass && !one.Difficult));
        return elevenPoint ? AveragePrecision.ElevenPoint(hits, positives) : AveragePrecision.Area(hits, positives);
    }

    /// <summary>Both corners are pixels that belong to the box, and the first one is (1, 1).</summary>
    private static double Inclusive(Box a, Box b)
    {
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left + 1, b.Left + 1) + 1;
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top + 1, b.Top + 1) + 1;
        var both = Math.Max(0, width) * Math.Max(0, height);
        return both / ((a.Width * a.Height) + (b.Width * b.Height) - both);
    }

    private static double Ap50(ImageObjects truth, params DetectedObject[] found)
    {
        var score = new VocScore(1, elevenPoint: false);
        score.Add(truth, found);
        return score.Summarize().Ap50;
    }
}
