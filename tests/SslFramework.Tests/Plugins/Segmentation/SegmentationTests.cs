using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Weights;
using SslFramework.Plugins.Segmentation;
using SslFramework.Testing;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Engine.Data.Annotated;
using SslFramework.Tests.Engine.Evaluation;
using Evaluator = SslFramework.Plugins.Segmentation.Segmentation;

namespace SslFramework.Tests.Plugins.Segmentation;

[TestClass]
public class SegmentationTests
{
    private static readonly SegmentationOptions Quick = new() { Steps = 2, BatchSize = 4, Width = 8, OutputStride = 2, Dilation = 2 };
    private static readonly LabeledImages Train = Of(Scenes.Of(12));
    private static readonly LabeledImages Test = Of(Scenes.Of(4, first: 1000));

    [TestMethod]
    [DataRow(HeadKind.Fcn)]
    [DataRow(HeadKind.Linear)]
    public void Verify_TheContractOfEvaluators_Holds(HeadKind head) =>
        new EvaluatorContract(() => new Evaluator(Quick with { Head = head })) { Backbone = () => Network(2), Count = 8 }.Verify();

    /// <summary>A classifier that begins with next to nothing calls all of eleven classes equally likely.</summary>
    [TestMethod]
    [DataRow("voc", HeadKind.Fcn, 1.0)]
    [DataRow("voc", HeadKind.Linear, 1.0)]
    [DataRow("ade20k", HeadKind.Upernet, 1.4)]
    public void Loss_OfANewHead_IsTheLogarithmOfTheClasses(string recipe, HeadKind head, double weights)
    {
        using var scope = NewDisposeScope();
        foreach (var backbone in new IMapBackbone[] { Network(4), Vit() })
        {
            using var training = new SegmentationTraining(backbone, Settings(For(backbone) with { Recipe = recipe, Head = head }), 11);
            foreach (var batch in Train.ReadAnnotated(4).Take(1))
            {
                Assert.AreEqual(weights * Math.Log(11), training.Loss(batch)!.ToDouble(), 0.06 * weights);
            }
        }
    }

    /// <summary>Against loops over pixels.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Loss_OfABatch_IsTheMeanOverPixelsThatCount(bool alignCorners)
    {
        using var scope = NewDisposeScope();
        using var backbone = new Told();
        using var training = new SegmentationTraining(backbone, Settings(Quick with { Head = HeadKind.Linear, OutputStride = null, AlignCorners = alignCorners }), 3);
        var truth = tensor(new byte[] { 0, 1, 2, 255, 255, 1, 0, 0, 2, 2, 255, 1, 1, 1, 0, 255 }, [1, 4, 4]);
        var images = Golden.Tensor("pixels", [1, 1, 4, 4], 1);
        var loss = training.Loss(new AnnotatedBatch(images, [0], []) { Maps = truth })!.ToDouble();

        var (sum, count) = (0.0, 0);
        var scores = nn.functional.interpolate(training.Scores(images), [4, 4], mode: TorchSharp.torch.InterpolationMode.Bilinear, align_corners: alignCorners);
        for (var place = 0; place < 16; place++)
        {
            var own = Enumerable.Range(0, 3).Select(c => scores[0, c, place / 4, place % 4].ToDouble()).ToArray();
            if (truth[0, place / 4, place % 4].ToInt32() is var c and not 255)
            {
                (sum, count) = (sum + Math.Log(own.Sum(Math.Exp)) - own[c], count + 1);
            }
        }

        Assert.AreEqual(sum / count, loss, 1e-5);
        Assert.IsNull(training.Loss(new AnnotatedBatch(images, [0], []) { Maps = full_like(truth, 255) }), "no pixel counts");
    }

    [TestMethod]
    [DataRow("voc", null)]
    [DataRow("ade20k", HeadKind.Upernet)]
    public void Evaluate_Backbone_IsLeftAsItWasToTheBit(string recipe, HeadKind? head)
    {
        using var scope = NewDisposeScope();
        foreach (var backbone in new IMapBackbone[] { Network(4), Vit() })
        {
            backbone.Module.eval();
            backbone.Module.parameters().First().requires_grad = false;
            var (weights, random, stride) = (WeightHash.Of(backbone.Module), get_rng_state(), backbone.OutputStride);
            var map = backbone.ForwardMaps(ones(1, 1, 32, 32), [backbone.Maps.Count - 1])[0];
            var options = For(backbone) with { Recipe = recipe, Head = head, LearningRate = 0.01 };
            var results = new Evaluator(options).Evaluate(backbone, Train, Test);
            CollectionAssert.AreEqual(new[] { "mIoU", "foreground mIoU", "pixel accuracy", "mean class accuracy" }, results.Take(4).Select(result => result.Metric).ToArray());
            Assert.IsTrue(results.Skip(4).All(result => result.Kind == MeasurementKind.Detail && result.Metric.StartsWith("IoU of ", StringComparison.Ordinal)));

            Assert.AreEqual(weights, WeightHash.Of(backbone.Module));
            Assert.AreEqual(random, get_rng_state());
            Assert.AreEqual(stride, backbone.OutputStride);
            Assert.AreEqual(0.3, (backbone as VisionTransformer)?.DropPath ?? 0.3);
            Assert.IsTrue(map.eq(backbone.ForwardMaps(ones(1, 1, 32, 32), [backbone.Maps.Count - 1])[0]).all().ToBoolean(), "of the same stride");
            Assert.IsTrue(backbone.Module.parameters().All(parameter => parameter.grad is null));
            Assert.IsFalse(backbone.Module.parameters().First().requires_grad);
            backbone.Module.Dispose();
        }
    }

    [TestMethod]
    public void BackboneState_OfWhatWasLoweredAndTrained_IsRestoredToTheBit()
    {
        using var scope = NewDisposeScope();
        using var network = Network(4);
        var (before, hash) = (network.ForwardMaps(ones(2, 1, 32, 32), [4])[0], WeightHash.Of(network));
        using (new BackboneState(network))
        {
            network.OutputStride = 2;
            Assert.AreEqual(16, network.ForwardMaps(ones(2, 1, 32, 32), [4])[0].shape[2]);
        }

        Assert.AreEqual((8, hash), (network.OutputStride, WeightHash.Of(network)));
        Assert.IsTrue(before.eq(network.ForwardMaps(ones(2, 1, 32, 32), [4])[0]).all().ToBoolean());
    }

    /// <summary>Each pixel's brightness is its class.</summary>
    [TestMethod]
    public void Evaluate_PixelsThatTellTheirClasses_FindsThem_AndShowsThem()
    {
        using var network = Network(4);
        var (told, shown) = (new MadeMaps(), new List<string>());
        var figures = new Seen(figure => shown.AddRange(figure.Captions));
        var options = Quick with { Steps = 60, LearningRate = 0.05, OutputStride = 1 };
        var results = new Evaluator(options, figures: figures).Evaluate(network, told, told);
        Assert.IsGreaterThan(85, results.Single(result => result.Metric == "mIoU").Value);
        Assert.IsTrue(shown.Count == 12 && shown[1] == "a, b, c" && shown[2].EndsWith(" % right", StringComparison.Ordinal));
    }

    [TestMethod]
    public void Evaluate_SameSeed_IsTheSameToTheBit_WhateverCameBefore()
    {
        using var network = Network(4);
        var (told, options) = (new MadeMaps(), Quick with { Recipe = "ade20k", Steps = 20, LearningRate = 0.01, WarmupSteps = 0 });
        var first = new Evaluator(options).Evaluate(network, told, told);
        manual_seed(5);
        CollectionAssert.AreEqual(first.ToArray(), new Evaluator(options).Evaluate(network, told, told).ToArray());
        CollectionAssert.AreNotEqual(first.ToArray(), new Evaluator(options with { Seed = 1 }).Evaluate(network, told, told).ToArray());
    }

    /// <summary>A weight that is not finite makes no number, and the backbone is none the worse.</summary>
    [TestMethod]
    public void Evaluate_ALossThatIsNotFinite_GivesNoNumberAndSaysWhy()
    {
        using var network = Network(4);
        using (no_grad())
        {
            network.parameters().First().fill_(double.NaN);
        }

        var results = new Evaluator(Quick).Evaluate(network, Train, Test);
        Assert.IsTrue(results.All(result => double.IsNaN(result.Value) && result.Remark!.StartsWith("Segmentation's loss is NaN at step 1;", StringComparison.Ordinal)));
    }

    /// <summary>Its own share, spread over all classes that occur.</summary>
    [TestMethod]
    public void Measure_AConstantPrediction_IsItsClassesShareOverTheClasses()
    {
        var truth = Train.ReadAnnotated(12).Select(batch => batch.Maps!.data<byte>().ToArray()).First();
        var confusion = new PixelConfusion(11);
        confusion.Add(truth, new byte[truth.Length]);
        var counted = truth.Where(label => label != 255).ToArray();
        Assert.AreEqual(100.0 * counted.Count(label => label == 0) / counted.Length / counted.Distinct().Count(), confusion.Measure(0)[0].Value, 1e-9);
    }

    [TestMethod]
    public void Evaluate_WhatCannotBe_IsRefusedInASentence()
    {
        var evaluator = new Evaluator(Quick);
        Assert.AreEqual(LabelKinds.Maps, evaluator.Needs);
        Assert.IsEmpty(evaluator.Evaluate(new RawPixels(new ViewShape(1, 64, 64)), Train, Test), "nothing to tune");
        using var network = Network(2);
        var flat = Assert.ThrowsExactly<ExperimentException>(() => evaluator.Evaluate(network, SslFramework.Tests.MadeImages.Separable("x", 8, 2, 0.1), Test));
        StringAssert.Contains(flat.Message, "the train images have no maps");
        using var blind = new TinyBackbone();
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => evaluator.Evaluate(blind, Train, Test)).Message, "The backbone TinyBackbone gives no maps");
        var few = new Evaluator(Quick with { Head = HeadKind.Upernet });
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => few.Evaluate(network, Train, Test)).Message, "The head \"upernet\" takes four maps, but the backbone gives 3");
    }

    internal static ResNet18 Network(int stages)
    {
        manual_seed(3);
        var network = new ResNet18(new ResNetOptions { Width = 4, Stem = ResNetStem.Small, BlocksPerStage = [.. Enumerable.Repeat(1, stages)] }, new DataInfo(1, 1));
        network.eval();
        return network;
    }

    internal static VisionTransformer Vit()
    {
        manual_seed(3);
        var options = new VisionTransformerOptions { ImageSize = 32, PatchSize = 8, Dimension = 16, Depth = 4, Heads = 2, DropPath = 0.3 };
        var vit = new VisionTransformer(options, new DataInfo(1, 1));
        vit.eval();
        return vit;
    }

    /// <summary>A vision transformer's stride cannot be lowered.</summary>
    private static SegmentationOptions For(IMapBackbone backbone) => backbone is VisionTransformer ? Quick with { OutputStride = null } : Quick;

    private static SegmentationSettings Settings(SegmentationOptions options) => options.Resolve(12);

    private static LabeledImages Of(SceneSource source)
    {
        var data = new DataInfo(source.Count, source.Channels) { Size = source.Size };
        var whole = Recipes.Build(data, 1, Recipes.Step<Resize, ResizeOptions>(new() { Size = 32 }));
        var crops = Recipes.Build(data, 1, Recipes.Step<RandomScale, RandomScaleOptions>(new()), Recipes.Step<RandomCrop, RandomCropOptions>(new() { Size = 32 }));
        return new LabeledImages(source, whole, CPU, needsLabels: false) { TrainTransform = crops };
    }

    private sealed class Seen(Action<Figure> see) : IProgress<Figure>
    {
        public void Report(Figure value) => see(value);
    }

    /// <summary>Gives the pixels of squares of 2 × 2, with a weight.</summary>
    private sealed class Told : nn.Module, IMapBackbone
    {
        private readonly nn.Module<Tensor, Tensor> conv = nn.Conv2d(1, 4, 2, stride: 2);

        public Told()
            : base("told") => RegisterComponents();

        public nn.Module Module => this;

        public int Channels => 1;

        public int FeatureDimension => 4;

        public IReadOnlyList<BackboneLayer> Layers => [new("conv", [.. parameters()])];

        public IReadOnlyList<FeatureMap> Maps => [new("conv", 4, 2)];

        public int OutputStride { get; set; } = 2;

        public Tensor Forward(Tensor images) => conv.call(images).mean([2, 3]);

        public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => [conv.call(images)];

        public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which) => ForwardLayers(images);
    }

    /// <summary>Three classes in blocks of 8 × 8 pixels.</summary>
    private sealed class MadeMaps : IAnnotatedImages
    {
        public int Count => 4;

        public IReadOnlyList<string> Classes => [];

        public IReadOnlyList<int> Labels => [0, 0, 0, 0];

        public bool Augmented => false;

        public AnnotationInfo Annotations { get; } = new(LabelKinds.Maps) { MapClasses = ["a", "b", "c"] };

        public ImageObjects Objects(int index) => ImageObjects.None;

        public IEnumerable<LabeledBatch> Read(int batchSize) => ReadAnnotated(batchSize).Select(batch => new LabeledBatch(batch.Images, zeros(batchSize, int64)));

        public IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch) => Read(batchSize);

        public ILabeledImages Select(IReadOnlyList<int> indices) => this;

        public IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch) => ReadAnnotated(batchSize);

        public IEnumerable<AnnotatedBatch> ReadAnnotated(int batchSize)
        {
            var count = Math.Min(batchSize, 4);
            for (var begin = 0; begin < 4; begin += count)
            {
                using var scope = NewDisposeScope();
                var cells = arange(4 * 16, int64).view(4, 4, 4).narrow(0, begin, count).remainder(3);
                var maps = cells.repeat_interleave(8, 1).repeat_interleave(8, 2).to(uint8);
                yield return new AnnotatedBatch(maps.unsqueeze(1).to(float32), [.. Enumerable.Range(begin, count).Select(i => (long)i)], []) { Maps = maps };
            }
        }
    }
}
