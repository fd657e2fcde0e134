using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Evaluation;
using SslFramework.Engine.Evaluation.FineTuning;
using SslFramework.Engine.Evaluation.Neighbours;
using SslFramework.Engine.Evaluation.Probes;
using SslFramework.Tests.Engine.Evaluation;
using TorchSharp;

namespace SslFramework.Tests.Core.Evaluation.Features;

/// <summary>Every evaluator, of a backbone whose features are NaN, or the same for all images.</summary>
[TestClass]
internal class UnsoundFeaturesTests
{
    private static readonly MadeImages Images = MadeImages.Separable("images", 60, 2, 1);

    public static IEnumerable<object[]> Evaluators =>
        Frozen().Select(evaluator => new object[] { evaluator.GetType().Name, evaluator });

    [TestMethod]
    [DynamicData(nameof(Evaluators))]
    public void Evaluate_WeightsThatAreNaN_GivesNaNForEveryNumberWithTheReason(string name, IEvaluator evaluator)
    {
        using var scope = NewDisposeScope();
        using var backbone = Filled(float.NaN);
        foreach (var train in new[] { Images, Images.AsAugmented() })
        {
            AssertNaN(evaluator.Evaluate(backbone, train, Images), name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Evaluators))]
    public void Evaluate_WeightsThatAreZero_GivesNumbersAndSaysThatFeaturesHaveCollapsed(string name, IEvaluator evaluator)
    {
        using var scope = NewDisposeScope();
        using var backbone = Filled(0);
        var results = evaluator.Evaluate(backbone, Images, Images).Where(r => r.Kind != MeasurementKind.Detail).ToList();
        Assert.IsNotEmpty(results);
        foreach (var result in results)
        {
            Assert.IsTrue(double.IsFinite(result.Value), $"{name} {result.Metric}");
            Assert.Contains("The features are the same for all images", result.Remark!);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Evaluators))]
    public void Evaluate_SoundWeights_NeedsNoRemark(string name, IEvaluator evaluator)
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        Assert.IsTrue(evaluator.Evaluate(backbone, Images, Images).All(r => r.Remark is null && double.IsFinite(r.Value)), name);
    }

    [TestMethod]
    public void FineTune_ALossThatIsNotFinite_IsNaNWithTheReasonAndLeavesTheBackbone()
    {
        using var scope = NewDisposeScope();
        using var backbone = Filled(float.NaN);
        var results = new FineTune(new() { Recipe = "simclr", Epochs = 1, BatchSize = 20 }).Evaluate(backbone, Images, Images);
        Assert.AreEqual(double.NaN, results.Single().Value);
        Assert.Contains("Fine-tuning's loss is NaN at step 1", results.Single().Remark!);
        Assert.IsTrue(backbone.parameters().All(parameter => parameter.isnan().all().item<bool>()));
    }

    [TestMethod]
    public void Measure_OfAnEvaluatorThatCannotStandNaN_IsGivenNumbers()
    {
        using var scope = NewDisposeScope();
        using var backbone = Filled(float.NaN);
        var results = FeatureExtraction.Measure(backbone, Images, Images, FeatureLayers.Last, (train, _) =>
        {
            Assert.IsTrue(train.Values.isfinite().all().item<bool>());
            return [new Measurement("clusters", 3), new Measurement("purity", 0.5)];
        });
        AssertNaN(results, "a plugin's");
        CollectionAssert.AreEqual(new[] { "clusters", "purity" }, results.Select(r => r.Metric).ToArray());
    }

    [TestMethod]
    public void Evaluate_ATestImageOfNoTrainClass_HasNoAveragePrecision()
    {
        using var scope = NewDisposeScope();
        var (bank, queries) = (Features([0, 0]), Features([1, 1]));
        var number = Retrieval.Measure(bank, queries).First();
        Assert.AreEqual(double.NaN, number.Value);
        Assert.Contains("No test image has a train image of its class", number.Remark!);

        static LabelledFeatures Features(long[] labels) => new(Golden.Tensor("rows", [labels.Length, 4]), tensor(labels), 2);
    }

    private static void AssertNaN(IEnumerable<EvaluationResult> results, string name)
    {
        var measured = results.Where(r => r.Kind != MeasurementKind.Detail).ToList();
        Assert.IsNotEmpty(measured);
        foreach (var result in measured)
        {
            Assert.AreEqual(double.NaN, result.Value, $"{name} {result.Metric}");
            Assert.IsNull(result.Interval);
            Assert.Contains("NaN or infinite", result.Remark!);
        }
    }

    private static TinyBackbone Filled(float value)
    {
        var backbone = new TinyBackbone();
        using var gradient = no_grad();
        foreach (var parameter in backbone.parameters())
        {
            parameter.fill_(value);
        }

        return backbone;
    }

    private static IEnumerable<IEvaluator> Frozen()
    {
        yield return new KnnEvaluator(new() { Layers = FeatureLayers.All });
        yield return new Retrieval(new() { Layers = FeatureLayers.All });
        yield return new LinearProbe(new() { Epochs = 2, LearningRates = [0.1, 0.2] });
        yield return new LowShot(
            new() { PerClass = 8, Draws = 2, Evaluator = new(new ComponentDescriptor("knn", typeof(IEvaluator), typeof(KnnEvaluator), typeof(KnnOptions)), new KnnOptions()) },
            new OnlyKnn());
        yield return new FeatureDiagnostics(new());
    }

    private sealed class OnlyKnn : IComponentFactory
    {
        public TService Create<TService>(Component<TService> component, params object[] services)
            where TService : class => (TService)(object)new KnnEvaluator((KnnOptions)component.Options);
    }
}
