using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Evaluation;
using SslFramework.Engine.Evaluation.FineTuning;
using SslFramework.Engine.Evaluation.Neighbours;
using SslFramework.Engine.Evaluation.Probes;
using SslFramework.Testing;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Engine.Evaluation;
using TorchSharp;

namespace SslFramework.Tests.Core.Evaluation.Features;

[TestClass]
internal class FeatureExtractionTests
{
    [TestMethod]
    public void Extract_SeveralBatches_KeepsTheOrder()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        backbone.eval();
        var images = MadeImages.Separable("images", 600, 3, 1);

        var features = FeatureExtraction.Extract(backbone, images);

        using var whole = images.Read(600).GetEnumerator();
        whole.MoveNext();
        Assert.IsTrue(backbone.Forward(whole.Current.Images).allclose(features.Values, 1e-5, 1e-6));
        Assert.AreEqual(whole.Current.Labels, features.Labels);
        Assert.AreEqual(3, features.Classes);
    }

    [TestMethod]
    [DataRow(600, 2)]
    [DataRow(600, 3)]
    [DataRow(100, 3)]
    [DataRow(1024, 4)]
    [DataRow(1281, 4)]
    public void Extract_SeveralProcesses_ReadEachImageOnceAndAllHaveTheBitsOfOne(int count, int processes)
    {
        var source = new CountingSource(new SyntheticSource(new() { Count = count, Size = 4, Channels = 1, Classes = 3 }));
        var transform = Recipes.Build(new DataInfo(count, 1) { Size = source.Size }, 1, Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0], Std = [1] }));
        var alone = Extract(new LabelledImages(source, transform, CPU));
        source.Reads.Clear();

        foreach (var features in ThreadGroup.Run(processes, group => Extract(new LabelledImages(source, transform, CPU) { Group = group })))
        {
            CollectionAssert.AreEqual(alone.Values, features.Values);
            CollectionAssert.AreEqual(alone.Labels, features.Labels);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, count).ToArray(), source.Reads.Order().ToArray());

        static (float[] Values, long[] Labels) Extract(ILabelledImages images)
        {
            using var scope = NewDisposeScope();
            set_num_threads(1);
            using var backbone = new TinyBackbone();
            var features = FeatureExtraction.Extract(backbone, images);
            return (features.Values.data<float>().ToArray(), features.Labels.data<long>().ToArray());
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Evaluators_Backbone_StaysAsItWas(bool training)
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        backbone.train(training);
        var before = backbone.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        var images = MadeImages.Separable("images", 40, 2, 1);

        var random = get_rng_state();

        foreach (var evaluator in Frozen())
        {
            evaluator.Evaluate(backbone, images, images);
            evaluator.Evaluate(backbone, images.AsAugmented(), images);
        }

        Assert.AreEqual(random, get_rng_state(), "torch's own generator");
        Assert.IsFalse(backbone.SawTraining);
        Assert.IsFalse(backbone.SawGradient);
        Assert.AreEqual(training, backbone.training);
        foreach (var (key, value) in backbone.state_dict())
        {
            Assert.AreEqual(before[key], value, key);
        }
    }

    [TestMethod]
    public void Evaluators_AllLayers_NameThemInOrder()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 40, 2, 1);
        string[] expected = ["features", "stem", "tokens"];

        foreach (var evaluator in Frozen())
        {
            var results = evaluator.Evaluate(backbone, images, images);
            CollectionAssert.AreEqual(expected, results.Select(result => result.Layer).Distinct().ToArray());
        }
    }

    [TestMethod]
    public void Evaluate_ManyImages_LeavesNoTensorsBehind()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 300, 2, 1);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        foreach (var evaluator in Frozen())
        {
            evaluator.Evaluate(backbone, images, images);
            evaluator.Evaluate(backbone, images.AsAugmented(), images);
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Evaluate_ImagesWithoutLabelsOrOutOfRange_IsADataError()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var good = MadeImages.Separable("images", 8, 2, 1);
        var unnamed = new MadeImages(zeros([8, 1, 4, 4]), new long[8], 0);
        var none = new MadeImages(zeros([0, 1, 4, 4]), [], 2);
        foreach (var wrong in new[] { unnamed, none, good.WithLabels(label => label + 1), good.WithLabels(label => label - 1) })
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => new KnnEvaluator(new()).Evaluate(backbone, good, wrong));
            Assert.AreEqual(FailureKind.Data, error.Kind);
        }
    }

    [TestMethod]
    public void Evaluate_OneClassOnly_IsADataError()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var (one, test) = (MadeImages.Separable("images", 8, 2, 1).WithLabels(_ => 1), MadeImages.Separable("test", 8, 2, 1));
        foreach (var evaluator in Frozen().Where(evaluator => evaluator is not FeatureDiagnostics))
        {
            var error = Assert.ThrowsExactly<ExperimentException>(() => evaluator.Evaluate(backbone, one, test));
            Assert.AreEqual(FailureKind.Data, error.Kind);
            StringAssert.Contains(error.Message, "nothing to tell apart");
        }
    }

    [TestMethod]
    public void Evaluate_OtherClassesToTestOn_IsADataError()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var (train, test) = (MadeImages.Separable("images", 12, 2, 1), MadeImages.Separable("test", 12, 3, 1));
        var error = Assert.ThrowsExactly<ExperimentException>(() => new KnnEvaluator(new()).Evaluate(backbone, train, test));
        StringAssert.Contains(error.Message, "are not those of the test images");
    }

    [TestMethod]
    public void Extract_AllLayersOfABackboneThatKnowsItsFeatures_TakesOnePass()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 40, 2, 1);
        new KnnEvaluator(new() { Layers = FeatureLayers.All }).Evaluate(backbone, images, images);
        Assert.AreEqual(3, backbone.Passes, "one image for the shapes, then train and test");
    }

    [TestMethod]
    [DataRow(null, 3)] // one image for the shapes, then train and test
    [DataRow(6 * 50 * 4L, 7)] // one layer at a time, for none is longer than 6 numbers
    [DataRow(12 * 50 * 4L, 5)] // two together, and one
    public void Evaluate_LayersThatDoNotFitIntoTheMemory_TakeFurtherPassesWithTheSameNumbers(long? memory, int passes)
    {
        using var scope = NewDisposeScope();
        var source = new SyntheticSource(new() { Count = 25, Size = 4, Channels = 1, Classes = 3 });
        var transform = Recipes.Build(new DataInfo(25, 1) { Size = source.Size }, 1, Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0], Std = [1] }));
        using var backbone = new TinyBackbone();
        using var other = new TinyBackbone();
        var knn = new KnnEvaluator(new() { Layers = FeatureLayers.All });

        var limited = new LabelledImages(source, transform, CPU) { FeatureMemory = memory };
        var results = knn.Evaluate(backbone, limited, limited.Select([.. Enumerable.Range(0, 25)]));

        Assert.AreEqual(passes, backbone.Passes);
        CollectionAssert.AreEqual(knn.Evaluate(other, new LabelledImages(source, transform, CPU), limited).ToArray(), results.ToArray());
    }

    [TestMethod]
    public void Evaluate_Progress_GrowsAndEndsWithAllOfEveryPart()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 300, 2, 1);
        var tuning = new FineTuneOptions { Recipe = "simclr", Epochs = 2, BatchSize = 100, Blocks = [0, 1] };
        var told = new Told();
        foreach (var evaluator in Frozen(told).Append(new FineTune(tuning, told)))
        {
            told.All.Clear();
            evaluator.Evaluate(backbone, images, images);
            Assert.IsNotEmpty(told.All);
            Assert.AreEqual(told.All[^1].Total, told.All[^1].Done);
            foreach (var (before, after) in told.All.Zip(told.All.Skip(1)))
            {
                Assert.IsTrue(after.Done > before.Done || before.Done == before.Total, $"{before} {after}");
            }
        }
    }

    private static IEnumerable<IEvaluator> Frozen(IProgress<EvaluationProgress>? progress = null) =>
    [
        new KnnEvaluator(new() { Layers = FeatureLayers.All }, progress),
        new Retrieval(new() { Layers = FeatureLayers.All }, progress),
        new LinearProbe(new() { Layers = FeatureLayers.All, Epochs = 2 }, progress),
        new FeatureDiagnostics(new(), progress),
    ];

    private sealed class CountingSource(IDataSource source) : IDataSource
    {
        public System.Collections.Concurrent.ConcurrentBag<int> Reads { get; } = [];

        public int Count => source.Count;

        public int Channels => source.Channels;

        public ImageSize? Size => source.Size;

        public IReadOnlyList<string> Classes => source.Classes;

        public int? Label(int index) => source.Label(index);

        public void Read(int index, PixelBuffer destination)
        {
            Reads.Add(index);
            source.Read(index, destination);
        }
    }

    private sealed class Told : IProgress<EvaluationProgress>
    {
        public List<EvaluationProgress> All { get; } = [];

        public void Report(EvaluationProgress value) => All.Add(value);
    }
}
