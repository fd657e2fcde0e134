using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Tests.Core.Data.Masks;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

[TestClass]
public class CityscapesScoreTests
{
    private static readonly ImageSize Size = new(40, 60);

    [TestMethod]
    public void Summarize_AFalseAnswerThatIsSurer_LeavesAQuarter() =>
        Assert.AreEqual(0.25, Summarize([Truth(0, 0)], null, Found(0, 0, .5), Found(20, 40, .9)).Ap, 1e-15);

    [TestMethod]
    public void Curve_AFalseAnswerThatIsSurer_IsAHalfUpToHalfTheRecall()
    {
        var score = new CityscapesScore(2);
        score.Add(ImageObjects.None with { Objects = [Truth(0, 0), Truth(20, 20)] }, null, [Found(0, 0, .5), Found(20, 40, .9)]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 101).Select(i => i <= 50 ? 0.5 : 0).ToArray(), score.Curve(0, 0)!.Select(precision => Math.Round(precision, 12)).ToArray());
        Assert.IsNull(score.Curve(1, 0), "no object");
    }

    [TestMethod]
    public void Summarize_OneFoundAndOneMissed_IsAHalf() =>
        Assert.AreEqual(0.5, Summarize([Truth(0, 0), Truth(20, 20)], null, Found(0, 0, .5)).Ap, 1e-15);

    [TestMethod]
    public void Summarize_NoObjectOrNoAnswer_IsNaNOrNull()
    {
        Assert.IsTrue(double.IsNaN(Summarize([], null, Found(0, 0, .5)).Ap));
        Assert.AreEqual(0, Summarize([Truth(0, 0)], null).Ap);
    }

    [TestMethod]
    public void Summarize_TwoAnswersForOneObject_TheLessSureOneIsWrong()
    {
        // Curve from all answers to none: precisions 1/2, 1, 1 at recalls 1, 1, 0.
        var summary = Summarize([Truth(0, 0)], null, Found(0, 0, .5), Found(0, 0, .9));
        Assert.AreEqual((0.5 * 0) + (1 * 0.5) + (1 * 0.5), summary.Ap, 1e-15);
    }

    [TestMethod]
    public void Summarize_AnswersOnWhatDoesNotCount_AreForgiven()
    {
        var group = Truth(20, 40) with { Crowd = true };
        var small = new AnnotatedObject(0, default) { Mask = MaskCodingTests.Rectangle(20, 40, 9, 11, Size) };
        var nowhere = MaskCodingTests.Rectangle(20, 40, 12, 12, Size);
        var right = Summarize([Truth(0, 0)], null, Found(0, 0, .5));
        Assert.AreEqual(1, right.Ap, 1e-15);
        Assert.AreEqual(1, Summarize([Truth(0, 0), group], null, Found(0, 0, .5), Found(20, 40, .9)).Ap, 1e-15);
        Assert.AreEqual(1, Summarize([Truth(0, 0), group], null, Found(0, 0, .5)).Ap, 1e-15, "nobody must find a group");
        Assert.AreEqual(1, Summarize([Truth(0, 0)], nowhere, Found(0, 0, .5), Found(20, 40, .9)).Ap, 1e-15);
        Assert.AreEqual(1, Summarize([Truth(0, 0), small], null, Found(0, 0, .5), Found(20, 40, .9)).Ap50, 1e-15);
        Assert.AreEqual(0.25, Summarize([Truth(0, 0)], null, Found(0, 0, .5), Found(20, 40, .9)).Ap, 1e-15);
    }

    [TestMethod]
    public void Summarize_AnOverlapOfExactlyHalf_IsNotEnough()
    {
        var half = new DetectedObject(0, .9, default) { Mask = MaskCodingTests.Rectangle(0, 0, 12, 6, Size) };
        Assert.AreEqual(0, Summarize([Truth(0, 0)], null, half).Ap50);
    }

    /// <summary>The official curve once more: every score once as the least that counts.</summary>
    [TestMethod]
    public void Summarize_RandomImages_AreThoseOfTheLiteralVersion()
    {
        var random = new SampleRandom(6, 0, 0, 0);
        for (var round = 0; round < 40; round++)
        {
            var score = new CityscapesScore(1);
            var images = Enumerable.Range(0, 4).Select(_ => Image(ref random)).ToArray();
            foreach (var (truth, nowhere, found) in images)
            {
                score.Add(new(truth), nowhere, found);
            }

            var expected = Enumerable.Range(0, 10).Select(t => Literal(images, 0.5 + (t * (0.55 - 0.5)))).ToArray();
            var summary = score.Summarize();
            Assert.AreEqual(expected[0], summary.Ap50, 1e-12);
            Assert.AreEqual(expected.Average(), summary.Ap, 1e-12);
        }
    }

    private static (AnnotatedObject[] Truth, RunLengthMask Nowhere, DetectedObject[] Found) Image(ref SampleRandom random)
    {
        var truth = new List<AnnotatedObject>();
        var found = new List<DetectedObject>();
        for (var column = 0; column < 3; column++)
        {
            var (height, width, top) = (6 + random.Next(12), 6 + random.Next(12), random.Next(20));
            truth.Add(new(0, default) { Mask = MaskCodingTests.Rectangle(top, column * 20, height, width, Size), Crowd = random.NextBool(0.2) });
            for (var i = random.Next(3); i > 0; i--)
            {
                var mask = MaskCodingTests.Rectangle(top + random.Next(4) - 2, (column * 20) + random.Next(4) - 2, height + random.Next(4), width, Size);
                found.Add(new(0, random.Next(5) / 5.0, default) { Mask = mask });
            }
        }

        return ([.. truth], MaskCodingTests.Rectangle(25, 0, 15, 30, Size), [.. found]);
    }

    private static double Literal((AnnotatedObject[] Truth, RunLengthMask Nowhere, DetectedObject[] Found)[] images, double threshold)
    {
        var (answers, missed) = (new List<(double Score, int Right)>(), 0);
        foreach (var (truth, nowhere, found) in images)
        {
            foreach (var one in truth.Where(one => !one.Crowd && one.Mask!.PixelCount() >= 100))
            {
                var over = found.Where(detection => MaskCoding.Overlap(detection.Mask!, one.Mask!) > threshold).OrderByDescending(detection => detection.Score).ToArray();
                missed += over.Length == 0 ? 1 : 0;
                answers.AddRange(over.Select((detection, rank) => (detection.Score, rank == 0 ? 1 : 0)));
            }

            foreach (var detection in found.Where(detection => truth.All(one => MaskCoding.Overlap(detection.Mask!, one.Mask!) <= threshold)))
            {
                double ignored = MaskCoding.Intersection(detection.Mask!, nowhere);
                foreach (var one in truth)
                {
                    ignored += one.Crowd ? MaskCoding.Intersection(detection.Mask!, one.Mask!) : 0;
                    ignored += one.Mask!.PixelCount() < 100 ? MaskCoding.Intersection(detection.Mask!, one.Mask!) : 0;
                }

                if (ignored / detection.Mask!.PixelCount() <= threshold)
                {
                    answers.Add((detection.Score, 0));
                }
            }
        }

        var toFind = answers.Sum(answer => answer.Right) + missed;
        if (toFind == 0)
        {
            return double.NaN;
        }

        var recall = new List<double>();
        var precision = new List<double>();
        foreach (var least in answers.Select(answer => answer.Score).Distinct().Order())
        {
            var kept = answers.Where(answer => answer.Score >= least).ToArray();
            recall.Add((double)kept.Sum(answer => answer.Right) / toFind);
            precision.Add((double)kept.Sum(answer => answer.Right) / kept.Length);
        }

        if (recall.Count == 0)
        {
            return 0;
        }

        double[] padded = [recall[0], .. recall, 0, 0];
        precision.Add(1);
        return precision.Index().Sum(point => point.Item * ((0.5 * padded[point.Index]) - (0.5 * padded[point.Index + 2])));
    }

    private static AnnotatedObject Truth(int top, int left) => new(0, default) { Mask = MaskCodingTests.Rectangle(top, left, 12, 12, Size) };

    private static DetectedObject Found(int top, int left, double score) =>
        new(0, score, default) { Mask = MaskCodingTests.Rectangle(top, left, 12, 12, Size) };

    private static CityscapesSummary Summarize(AnnotatedObject[] truth, RunLengthMask? nowhere, params DetectedObject[] found)
    {
        var score = new CityscapesScore(1);
        score.Add(new(truth), nowhere, found);
        return score.Summarize();
    }
}
