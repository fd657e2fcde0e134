using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Evaluation.Convex;

namespace SslFramework.Tests.Engine.Evaluation.Convex;

[TestClass]
public class LogisticTests
{
    private static readonly LogisticOptions Few = new() { Penalties = 6, Smallest = 1e-3, Largest = 1e2 };

    [TestMethod]
    public void Grid_OfTheDefaults_IsSimclrs()
    {
        var grid = new LogisticOptions().Grid();
        Assert.HasCount(45, grid);
        Assert.AreEqual((1e5, 1e-6), (grid[0], Math.Round(grid[^1], 12)));
        Assert.AreEqual(Math.Pow(10, -0.25), grid[1] / grid[0], 1e-12);
    }

    [TestMethod]
    public void Measure_SeparableFeatures_AreSeparated_AndWrongOnesAsTaught()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Features("train", 200), Features("test", 100));
        Assert.IsGreaterThan(95, Numbers(Few, train, test)["top-1"]);
        Assert.IsLessThan(5, Numbers(Few, train with { Labels = train.Labels.add(1).remainder(4) }, test)["top-1"]);
    }

    [TestMethod]
    public void Measure_OtherTestLabels_ChooseTheSamePenalty()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Features("train", 120, noise: 4), Features("test", 100, noise: 4));
        var (right, wrong) = (Numbers(Few, train, test), Numbers(Few, train, test with { Labels = test.Labels.add(1).remainder(4) }));
        Assert.AreEqual((right["penalty"], right["held-out score"]), (wrong["penalty"], wrong["held-out score"]));
        Assert.AreNotEqual(right["top-1"], wrong["top-1"]);
    }

    /// <summary>With one penalty there is nothing to choose, and what is measured is its solution for all images.</summary>
    [TestMethod]
    public void Measure_OnePenalty_IsTheSolutionForAllTrainImages()
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Features("train", 120, noise: 4), Features("test", 100, noise: 4));
        var weights = SoftmaxRegression.Solve(OneVersusRest.WithOne(train.Values), train.Labels, 4, 3, SolverLimits.Exact);
        var ranks = Accuracy.Ranks(OneVersusRest.WithOne(test.Values).mm(weights.t()), test.Labels);
        var one = new LogisticOptions { Penalties = 1, Smallest = 1, Largest = 3, Tolerance = 1e-7, Iterations = 1000 };
        Assert.AreEqual(Accuracy.Top(1, ranks), Numbers(one, train, test)["top-1"]);
        Assert.AreEqual(Accuracy.MeanPerClass(1, ranks, test.Labels), Numbers(one with { Metric = LogisticMetric.MeanPerClass }, train, test)["mean per class"]);
    }

    [TestMethod]
    public void Measure_MeanPerClass_HasAnIntervalAroundIt()
    {
        using var scope = NewDisposeScope();
        var result = new Logistic(Few with { Metric = LogisticMetric.MeanPerClass }).Measure(Features("train", 120, 4), Features("test", 60, 4))[0];
        Assert.IsTrue(result.Interval!.Value.Low < result.Value && result.Value < result.Interval.Value.High);
    }

    [TestMethod]
    public void MeasureSets_FeaturesThatAreTheClasses_FindsThem()
    {
        using var scope = NewDisposeScope();
        var (learned, truth) = (Sets.Sides("train", 90, 3), Sets.Sides("test", 60, 3));
        var logistic = new Logistic(Few with { Metric = LogisticMetric.ElevenPointMap });
        Assert.AreEqual(LabelKinds.ClassSets, logistic.Needs);
        Assert.AreEqual(100, logistic.MeasureSets(learned.to(float32), learned, truth.to(float32), truth, ["a", "b", "c"])[0].Value, 1e-9);
    }

    [TestMethod]
    public void Evaluate_OneImage_IsRefusedInASentence()
    {
        using var backbone = new TinyBackbone();
        var one = MadeImages.Separable("one", 1, 2, 0);
        var error = Assert.ThrowsExactly<ExperimentException>(() => new Logistic(new()).Evaluate(backbone, one, one));
        Assert.AreEqual("Logistic regression needs at least 2 train images, but there is 1; use a larger data set.", error.Message);
    }

    private static Dictionary<string, double> Numbers(LogisticOptions options, LabeledFeatures train, LabeledFeatures test) =>
        new Logistic(options).Measure(train, test).ToDictionary(number => number.Metric, number => number.Value);

    private static LabeledFeatures Features(string key, int count, double noise = 0.5)
    {
        var labels = arange(count, int64).remainder(4);
        return new(Golden.Tensor("centers", [4, 6], 2)[labels] + Golden.Tensor(key, [count, 6], noise), labels, 4);
    }
}
