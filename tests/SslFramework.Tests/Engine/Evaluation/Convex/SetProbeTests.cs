using SslFramework.Core.Backbones;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Evaluation.Convex;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Evaluation.Convex;

[TestClass]
public class SetProbeTests
{
    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly SetProbeOptions Few = new() { Costs = [0.1, 1, 10] };

    [TestMethod]
    public void Measure_FeaturesThatAreTheClasses_FindsThem_AndOthersByChance()
    {
        using var scope = NewDisposeScope();
        var (learned, truth) = (Sets.Sides("train", 90, 3), Sets.Sides("test", 60, 3));
        var numbers = Numbers(new SetProbe(Few with { LowShot = [2] }), learned.to(float32), learned, truth.to(float32), truth);
        Assert.AreEqual(100, numbers["mAP"], 1e-9);
        Assert.AreEqual(100, numbers["AP of b"], 1e-9);
        Assert.AreEqual(100, numbers["mAP (2 per class)"], 5);

        var chance = Numbers(new SetProbe(Few), Golden.Tensor("noise", [90, 3]), learned, Golden.Tensor("other", [60, 3]), truth)["mAP"];
        Assert.AreEqual(100 * truth.gt(0).to(float64).mean().ToDouble(), chance, 15);
    }

    [TestMethod]
    public void Measure_ImagesThatDoNotCount_ChangeNothing()
    {
        using var scope = NewDisposeScope();
        var (learned, truth) = (Sets.Sides("train", 60, 3), Sets.Sides("test", 40, 3));
        var (train, test) = (Golden.Tensor("features", [60, 5]), Golden.Tensor("asked", [40, 5]));
        var probe = new SetProbe(Few);
        var expected = Numbers(probe, train, learned, test, truth)["mAP"];
        var more = Numbers(
            probe, cat([train, Golden.Tensor("more", [9, 5])]), cat([learned, zeros([9, 3], float64)]), cat([test, Golden.Tensor("more", [9, 5])]), cat([truth, zeros([9, 3], float64)]));
        Assert.AreEqual(expected, more["mAP"], 1e-6);
    }

    /// <summary>Against the definition: one solution per class, ranked one by one.</summary>
    [TestMethod]
    public void Measure_OneCost_IsTheLiteralAreaUnderTheEnvelope()
    {
        using var scope = NewDisposeScope();
        var (learned, truth) = (Sets.Sides("train", 60, 3), Sets.Sides("test", 40, 3));
        var (train, test) = (Golden.Tensor("features", [60, 5]), Golden.Tensor("asked", [40, 5]));
        var numbers = Numbers(new SetProbe(new() { Costs = [2] }), train, learned, test, truth);
        for (var c = 0; c < 3; c++)
        {
            var (own, sides) = (learned.narrow(1, c, 1), truth.select(1, c).contiguous().data<double>().ToArray());
            var weights = where(own.gt(0), 2.0, 1.0).to(float64);
            var solved = OneVersusRest.Solve(Unit(train), own, weights, full([1], 2.0, float64), hinge: true, SolverLimits.Near);
            var scores = Unit(test).mm(solved.t()).flatten().data<double>().ToArray();
            var hits = Enumerable.Range(0, 40).OrderByDescending(i => scores[i]).Select(i => sides[i] > 0).ToArray();
            var precision = 0.0;
            for (var i = 0; i < 40; i++)
            {
                precision += hits[i] ? Enumerable.Range(i, 40 - i).Max(j => hits.Take(j + 1).Count(hit => hit) / (j + 1.0)) : 0;
            }

            Assert.AreEqual(100 * precision / hits.Count(hit => hit), numbers[$"AP of {Names[c]}"], 1e-6);
        }

        static Tensor Unit(Tensor features) => OneVersusRest.WithOne(features.to(float64) / (features.to(float64).norm(1, keepdim: true, p: 2) + 1e-5));
    }

    [TestMethod]
    public void Folds_OfAClass_HaveAsManyOfEachKind()
    {
        using var scope = NewDisposeScope();
        var sides = tensor(new double[] { 1, -1, 1, -1, -1, 1, -1, -1, -1, 0 }).view(-1, 1);
        var folds = SetProbe.Folds(sides, 3).flatten();
        for (var part = 0; part < 3; part++)
        {
            var own = folds.eq(part).logical_and(sides.flatten().ne(0));
            Assert.AreEqual((1, 2), (sides.flatten().gt(0).logical_and(own).sum().ToInt32(), sides.flatten().lt(0).logical_and(own).sum().ToInt32()));
        }
    }

    [TestMethod]
    public void Of_FewImages_KeepsKAndAsManyOthersPerOtherClass()
    {
        using var scope = NewDisposeScope();
        var sides = Sets.Sides("train", 90, 3);
        var few = FewImages.Of(sides, 4, Names, new SampleRandom(0, 0, 0, 0));
        for (var c = 0; c < 3; c++)
        {
            Assert.AreEqual((4, 8), (few.select(1, c).gt(0).sum().ToInt32(), few.select(1, c).lt(0).sum().ToInt32()));
        }

        Assert.IsTrue(few.mul(sides).ge(0).all().ToBoolean(), "no image changes its side");
        Assert.IsFalse(few.allclose(FewImages.Of(sides, 4, Names, new SampleRandom(0, 1, 0, 0))), "another draw");
        var error = Assert.ThrowsExactly<ExperimentException>(() => FewImages.Of(sides, 80, Names, new SampleRandom(0, 0, 0, 0)));
        StringAssert.StartsWith(error.Message, "\"lowShot\" asks for 80 images, but ");
    }

    [TestMethod]
    public void Evaluate_Scenes_GivesNumbersPerClassWithIntervals()
    {
        using var pixels = new RawPixels(new ViewShape(1, 32, 32));
        var results = new SetProbe(Few with { LowShot = [2], Draws = 2 }).Evaluate(pixels, Of(Scenes.Of(60, size: 32)), Of(Scenes.Of(20, 500, 32)));
        Assert.IsTrue(results[0] is { Metric: "mAP", Value: > 0 and <= 100, Interval: not null, Layer: "features" });
        Assert.HasCount(1 + 10 + 10 + 2, results);
    }

    [TestMethod]
    public void Evaluate_ImagesWithoutSets_IsRefusedInASentence()
    {
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("x", 8, 2, 0.1);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new SetProbe(new()).Evaluate(backbone, images, images));
        Assert.AreEqual(
            "The set of classes of every image is needed, but the train images have none; take a data source that has them, such as 'voc', 'coco' or 'scenes'.",
            error.Message);
    }

    [TestMethod]
    public void Measure_TheInterval_IsThatOfDrawnImages()
    {
        using var scope = NewDisposeScope();
        var (scores, truth) = (Golden.Tensor("scores", [40, 1]), Sets.Sides("test", 40, 1));
        var interval = SetScores.Measure(scores, truth, ["a"], AveragePrecision.Area).First().Interval;
        var (values, sides) = (scores.flatten().data<float>().ToArray(), truth.flatten().data<double>().ToArray());
        double[] draws = [.. Confidence.Draws(40).Select(images =>
        {
            bool[] hits = [.. images.OrderByDescending(image => values[image]).Select(image => sides[image] > 0)];
            return 100 * AveragePrecision.Area(hits, hits.Count(hit => hit));
        }).Order()];
        Assert.AreEqual((draws[5], draws[^6]), (interval!.Value.Low, interval.Value.High));
    }

    private static Dictionary<string, double> Numbers(SetProbe probe, Tensor train, Tensor learned, Tensor test, Tensor truth) =>
        probe.Measure(train, learned, test, truth, Names).ToDictionary(number => number.Metric, number => number.Value);

    private static LabeledImages Of(IDataSource source) => new(source, Scenes.Transform(source), CPU, needsLabels: false);
}
