using SslFramework.Plugins.VICReg;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.VICReg;

[TestClass]
public class VicRegObjectiveTests
{
    private static readonly ViewShape Shape = new(1, 8, 8);

    [TestMethod]
    public void Objective_Contract_Holds() => new ObjectiveContract(() => New(), views: 2, Shape).VerifyAll();

    [TestMethod]
    public void Expander_OfThePaper_HasAsManyParametersAsTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var objective = new VicRegObjective(new VicRegOptions(), new TestBackbones(() => new PlainBackbone(featureDimension: 2048)));
        Assert.AreEqual(151_044_096, Expander(objective).Values.Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    public void Expander_Layers_HaveABiasButTheLast(int layers)
    {
        using var scope = NewDisposeScope();
        var expander = Expander(New(new VicRegOptions { ExpanderLayers = layers, HiddenDimension = 12, Dimension = 8 }));
        var hidden = Enumerable.Range(0, layers - 1).SelectMany(i => new[] { 3 * i, (3 * i) + 1 }); // each linear layer and its norm
        string[] expected = [.. hidden.SelectMany(i => new[] { $"{i}.weight", $"{i}.bias" }), $"{3 * (layers - 1)}.weight"];
        CollectionAssert.AreEquivalent(expected, expander.Keys.ToArray());
        CollectionAssert.AreEqual(new long[] { 8, 12 }, expander[$"{3 * (layers - 1)}.weight"].shape);
    }

    [TestMethod]
    public void Loss_OneImage_IsRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => New().ComputeLoss(TestSteps.Batch(2, Shape, 1), TestSteps.At(0)));
        StringAssert.Contains(error.Message, "\"training.batchSize\"");
    }

    /// <summary>The variances keep embeddings apart: without them, all images end at one place.</summary>
    [TestMethod]
    [DataRow(25, 0.5, 1.5)]
    [DataRow(0, 0, 0.05)]
    public void Training_WithAndWithoutTheVariance_IsSpreadOrCollapses(double weight, double least, double most)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(new VicRegOptions { HiddenDimension = 32, Dimension = 8, VarianceWeight = weight });
        var images = TestSteps.Batch(1, Shape, 64).Single();
        var noise = TestSteps.Batch(2, Shape, 64, seed: 2).Views;
        var batch = new ViewBatch([.. noise.Select(n => images + (n * 0.1))], [.. Enumerable.Range(0, 64).Select(i => (long)i)]);

        Overfitting.Loss(objective, batch, steps: 150, learningRate: 1e-2);
        var variance = objective.ComputeLoss(batch, TestSteps.At(0)).Metrics.Single(m => m.Name == "variance").Value.item<float>();

        Assert.IsInRange(least, most, 1 - variance, "the mean of the standard deviations, up to 1");
    }

    private static Dictionary<string, Parameter> Expander(VicRegObjective objective) => objective.named_parameters()
        .Where(p => p.name.StartsWith("projector.", StringComparison.Ordinal))
        .ToDictionary(p => p.name["projector.".Length..], p => p.parameter);

    private static VicRegObjective New(VicRegOptions? options = null) => new(
        options ?? new VicRegOptions { HiddenDimension = 16, Dimension = 8 }, new TestBackbones(() => new TestBackbone(1, 16)));
}
