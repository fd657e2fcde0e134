using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

/// <summary>Against numbers of the official evaluation, a literal version of its rules, and what must hold for any input.</summary>
[TestClass]
public class CocoScoreTests
{
    [TestMethod]
    public void Summarize_AnOverlapOfExactly80Percent_CountsAt80Percent() =>
        AssertNumbers([.7, 1, 1, -1, -1, .7, .7, .7, .7, -1, -1, .7], Boxes(1, (Truth(Object(0, 100, 100, 100, 100)), [Found(0, .9, 100, 100, 100, 80)])));

    [TestMethod]
    public void Summarize_AFalseAnswerBetweenTwoRightOnes_CostsAThird()
    {
        const double Ap = (51 + (50 * 2.0 / 3)) / 101;
        var numbers = Boxes(1, (
            Truth(Object(0, 0, 0, 100, 100), Object(0, 300, 100, 100, 100)),
            [Found(0, .9, 0, 0, 100, 100), Found(0, .7, 300, 100, 100, 100), Found(0, .8, 450, 300, 50, 50)]));
        AssertNumbers([Ap, Ap, Ap, -1, -1, 1, .5, 1, 1, -1, -1, 1], numbers);
        Assert.AreEqual(.8349834983, numbers[0], 1e-10);
        var large = Boxes(1, (
            Truth(Object(0, 0, 0, 100, 100), Object(0, 300, 100, 100, 100)),
            [Found(0, .9, 0, 0, 100, 100), Found(0, .7, 300, 100, 100, 100), Found(0, .8, 450, 200, 100, 100)]));
        Assert.AreEqual(Ap, large[5], 1e-12, "a wrong answer counts among those of its own size");
    }

    [TestMethod]
    public void Summarize_DetectionsOfACrowd_DoNotCount()
    {
        var numbers = Boxes(1, (
            Truth(Object(0, 0, 0, 100, 100), Object(0, 200, 100, 200, 200) with { Crowd = true }),
            [Found(0, .9, 210, 110, 50, 50), Found(0, .8, 300, 200, 60, 60), Found(0, .7, 0, 0, 100, 90), Found(0, .95, 180, 100, 100, 100)]));
        AssertNumbers([.8, 1, 1], numbers);
        AssertNumbers([0, .9], [numbers[6], numbers[8]]);
    }

    [TestMethod]
    public void Summarize_TwoImagesAndAClassWithoutObjects_AreCocos()
    {
        var numbers = Boxes(
            2,
            (Truth(Object(0, 0, 0, 30, 30)), [Found(0, .5, 0, 0, 30, 30), Found(0, .5, 0, 0, 30, 29)]),
            (Truth(Object(0, 0, 0, 200, 200)), [Found(0, .5, 0, 0, 200, 150), Found(1, .99, 0, 0, 200, 150)]));
        AssertNumbers([.702970297, .8349834983, .8349834983, 1, -1, .6], numbers, 1e-9);
        AssertNumbers([.8, .8, .8], numbers[6..9]);
    }

    [TestMethod]
    public void Summarize_Keypoints_AreCocos()
    {
        var points = Enumerable.Range(0, 17).Select(i => new Keypoint(100 + (10 * i), 100 + (5 * i), i == 0 ? 0 : i == 1 ? 1 : 2)).ToArray();
        var person = new AnnotatedObject(0, new(100, 100, 160, 80)) { Area = 12000, Keypoints = points };
        Keypoint[] found = [.. points.Select(point => point with { X = point.X + 6 })];
        Assert.AreEqual(.8671576, ObjectOverlap.OfKeypoints(found, person, ObjectOverlap.PersonSigmas), 1e-7);
        var score = new CocoScore(1, OverlapKind.Keypoints);
        score.Add(Truth(person), [Found(0, .9, 100, 100, 160, 80) with { Keypoints = found }]);
        var summary = score.Summarize();
        AssertNumbers([.8, 1, 1, .8], [summary.Ap, summary.Ap50, summary.Ap75, summary.Ar]);
        Assert.IsTrue(double.IsNaN(summary.ApSmall));
    }

    [TestMethod]
    public void Summarize_APersonWithoutLabeledPoints_DoesNotCount()
    {
        Keypoint[] none = [.. Enumerable.Repeat(default(Keypoint), 17)], inside = [.. Enumerable.Repeat(new Keypoint(150, 150, 2), 17)];
        var hidden = new AnnotatedObject(0, new(100, 100, 100, 100)) { Keypoints = none };
        Assert.AreEqual(1, ObjectOverlap.OfKeypoints(inside, hidden, ObjectOverlap.PersonSigmas));
        Keypoint[] within = [.. inside.Select(_ => new Keypoint(299, 1, 2))], beyond = [.. inside.Select(_ => new Keypoint(310, 1, 2))];
        Assert.AreEqual(1, ObjectOverlap.OfKeypoints(within, hidden, ObjectOverlap.PersonSigmas), "the box grown to three times its sides");
        Assert.IsLessThan(1, ObjectOverlap.OfKeypoints(beyond, hidden, ObjectOverlap.PersonSigmas));
        var score = new CocoScore(1, OverlapKind.Keypoints);
        score.Add(Truth(hidden), [Found(0, .9, 0, 0, 9, 9) with { Keypoints = inside }]);
        Assert.IsTrue(double.IsNaN(score.Summarize().Ap));
    }

    /// <summary>The recall 7 / 20 is below 35 · 0.01 in doubles, and not below 35 / 100.</summary>
    [TestMethod]
    public void Coco_ARecallOfSevenTwentieths_MissesTheThirtyFifth() =>
        Assert.AreEqual(35, AveragePrecision.CocoCurve([.. Enumerable.Repeat(true, 7)], 20).Count(precision => precision > 0));

    [TestMethod]
    public void Summarize_GeneratedImages_AreThoseOfTheOfficialEvaluation()
    {
        foreach (var example in Golden.Open("coco.json").GetProperty("cases").EnumerateArray())
        {
            var seed = example.GetProperty("seed").GetUInt64();
            var images = GeneratedObjects.Of(seed).ToArray();
            Assert.AreEqual(example.GetProperty("objects").GetInt32(), images.Sum(image => image.Truth.Objects.Count));
            Assert.AreEqual(example.GetProperty("detections").GetInt32(), images.Sum(image => image.Found.Length));
            foreach (var (kind, name) in new[] { (OverlapKind.Boxes, "boxes"), (OverlapKind.Masks, "masks") })
            {
                var expected = example.GetProperty(name).EnumerateArray().Select(number => number.GetDouble()).ToArray();
                AssertNumbers(expected, Numbers(Score(3, kind, images.Select(GeneratedObjects.For(kind)))), 1e-9, $"seed {seed}, {name}");
            }
        }
    }

    [TestMethod]
    public void OfSeedNull_FirstObjectAndDetection_AreThoseOfTheNote()
    {
        var image = GeneratedObjects.Of(0).First();
        Assert.AreEqual((new Box(316, 125, 32, 45), new Box(318, 124, 23, 47)), (image.Truth.Objects[0].Box, image.Found[0].Box));
    }

    [TestMethod]
    [DataRow(OverlapKind.Boxes)]
    [DataRow(OverlapKind.Masks)]
    public void Summarize_RandomImages_AreThoseOfTheLiteralVersion(OverlapKind kind)
    {
        for (var seed = 1000u; seed < 1002; seed++)
        {
            var images = GeneratedObjects.Of(seed).Select(GeneratedObjects.For(kind)).ToArray();
            AssertNumbers(LiteralCoco.Numbers(3, kind, images), Numbers(Score(3, kind, images)), 1e-12, $"seed {seed}");
        }
    }

    [TestMethod]
    public void Summarize_ObjectsAsDetections_AreAllRight()
    {
        var images = GeneratedObjects.Of(77).Select(image => (image.Truth, image.Truth.Objects
            .Select(one => new DetectedObject(one.Class, .5, one.Box)).ToArray()));
        var summary = Score(3, OverlapKind.Boxes, images).Summarize();
        Assert.AreEqual((1, 1), (Math.Round(summary.Ap, 12), summary.Ar));
    }

    [TestMethod]
    public void Summarize_AnotherOrderOrAFalseAnswer_RaisesNothing()
    {
        // Scores that all differ, so that order decides nothing.
        var number = 0;
        var images = GeneratedObjects.Of(78)
            .Select(image => (image.Truth, Found: image.Found.Select(one => one with { Score = one.Score - (1e-6 * number++) }).ToArray())).ToArray();
        var summary = Score(3, OverlapKind.Boxes, images).Summarize();
        Assert.IsLessThanOrEqualTo(summary.Ap50, summary.Ap);
        var backward = Score(3, OverlapKind.Boxes, images.Reverse().Select(image => (image.Truth, image.Found.Reverse().ToArray()))).Summarize();
        Assert.AreEqual(summary.Ap, backward.Ap, 1e-15);
        Assert.AreEqual(summary.Ar, backward.Ar, 1e-15);
        var worse = Score(3, OverlapKind.Boxes, images.Select(image => (image.Truth, image.Found.Append(new(0, -1, new(590, 390, 9, 9))).ToArray()))).Summarize();
        Assert.IsLessThanOrEqualTo(summary.Ap, worse.Ap);
    }

    internal static CocoScore Score(int classes, OverlapKind kind, IEnumerable<(ImageObjects Truth, DetectedObject[] Found)> images)
    {
        var score = new CocoScore(classes, kind);
        foreach (var (truth, found) in images)
        {
            score.Add(truth, found);
        }

        return score;
    }

    internal static ImageObjects Truth(params AnnotatedObject[] objects) => new(objects);

    internal static AnnotatedObject Object(int ofClass, double x, double y, double width, double height) => new(ofClass, new(x, y, width, height));

    internal static DetectedObject Found(int ofClass, double score, double x, double y, double width, double height) =>
        new(ofClass, score, new(x, y, width, height));

    private static double[] Boxes(int classes, params (ImageObjects Truth, DetectedObject[] Found)[] images) =>
        Numbers(Score(classes, OverlapKind.Boxes, images));

    /// <summary>In the official order, −1 for what there is not.</summary>
    private static double[] Numbers(CocoScore score)
    {
        var s = score.Summarize();
        double[] numbers = [s.Ap, s.Ap50, s.Ap75, s.ApSmall, s.ApMedium, s.ApLarge, s.Ar1, s.Ar10, s.Ar, s.ArSmall, s.ArMedium, s.ArLarge];
        return Array.ConvertAll(numbers, number => double.IsNaN(number) ? -1 : number);
    }

    private static void AssertNumbers(double[] expected, double[] actual, double tolerance = 1e-12, string what = "")
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"{what} number {i}: {string.Join(' ', actual)}");
        }
    }
}
