using SslFramework.Core.Augmentations;
using SslFramework.Core.Augmentations.Steps;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Loading;
using SslFramework.Plugins.Detection;
using SslFramework.Testing;
using SslFramework.Tests.Core.Augmentations;
using SslFramework.Tests.Core.Data;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Plugins.Detection;

[TestClass]
public class DetectionEvaluatorTests
{
    private static readonly DetectionOptions Small = new()
    {
        Steps = 2,
        BatchSize = 2,
        BoxSide = 4,
        MaskSide = 4,
        AnchorSizes = [16, 32],
        Channels = 8,
        Hidden = 8,
        KeypointConvolutions = 1,
        KeypointChannels = 8,
        ProposalSamples = 16,
        ProposalsInTraining = 12,
        Proposals = 6,
        RoiSamples = 8,
        NormSteps = 1,
    };

    private static readonly DetectionOptions C4 = Small with { Masks = true };

    private static readonly DetectionOptions Fpn =
        Small with { Recipe = "coco-fpn", Keypoints = true, AnchorSizes = [12, 24, 48], Levels = 2 };

    [TestMethod]
    public void Verify_TheContract_Holds() => new EvaluatorContract(() => new DetectionEvaluator(Small with { AnchorSizes = [4, 8] }))
    {
        Count = 4,
        Backbone = Network,
    }.Verify();

    [TestMethod]
    public void Evaluate_LastStageAsHead_Measures_RestoresTheBackbone_AndRepeats() => VerifyTwice(C4, Network());

    [TestMethod]
    public void Evaluate_PyramidOfMaps_Measures_RestoresTheBackbone_AndRepeats() => VerifyTwice(Fpn, Network());

    [TestMethod]
    public void Evaluate_PyramidOfATransformer_Measures_RestoresTheBackbone_AndRepeats() => VerifyTwice(
        Small with { Recipe = "vitdet", Keypoints = true, AnchorSizes = [6, 12, 24, 32, 48] }, Transformer());

    private static void VerifyTwice(DetectionOptions options, IMapBackbone network)
    {
        using var held = network.Module;
        network.Module.eval();
        var before = network.Module.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());
        var results = new DetectionEvaluator(options).Evaluate(network, Images(6), Images(3, first: 1000));
        string[] expected = ["AP", "mask AP", .. options.Keypoints == true ? ["keypoint AP"] : Array.Empty<string>()];
        CollectionAssert.IsSubsetOf(expected, results.Select(result => result.Metric).ToArray());
        Assert.IsTrue(results.All(result => result.Value is >= 0 and <= 100));
        Assert.IsTrue(network.Module.state_dict().All(one => one.Value.Equals(before[one.Key])));
        Assert.IsTrue(network.Module.modules().All(module => !module.training));

        var again = new DetectionEvaluator(options).Evaluate(network, Images(6), Images(3, first: 1000));
        CollectionAssert.AreEqual(results.Select(result => result.Value).ToArray(), again.Select(result => result.Value).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Losses_AtTheStart_AreThoseOfGuessing(bool pyramid)
    {
        using var network = Network();
        using var training = new DetectionTraining(network, (pyramid ? Fpn : C4).Resolve(), Images(4));
        using var batches = Images(4).ReadAnnotated(4).GetEnumerator();
        batches.MoveNext();
        var batch = batches.Current;
        var losses = training.Losses(batch, 0);
        Assert.AreEqual(Math.Log(11), losses["classes"], 0.1);
        Assert.AreEqual(Math.Log(2), losses["masks"], 0.02);
        Assert.AreEqual(Math.Log(2), losses["proposals"], 0.05);
        Assert.IsTrue(losses["boxes"] > 0 && losses["proposalBoxes"] > 0);
        if (losses.TryGetValue("keypoints", out var points))
        {
            Assert.AreEqual(Math.Log(16 * 16), points, 0.4);
        }

        var again = training.Losses(batch, 0);
        CollectionAssert.AreEqual(losses, again);
        Assert.AreNotEqual(losses["proposals"], training.Losses(batch, 1)["proposals"], "another step draws others");
    }

    [TestMethod]
    public void Run_ManySteps_LowersTheLossOfWhatIsSeen()
    {
        using var network = Network();
        var settings = (Small with { Steps = 40, BatchSize = 4, LearningRate = 0.02, WarmupSteps = 5 }).Resolve();
        using var training = new DetectionTraining(network, settings, Images(4));
        using var batches = Images(4).ReadAnnotated(4).GetEnumerator();
        batches.MoveNext();
        var batch = batches.Current;
        var before = training.Losses(batch, 0).Values.Sum();
        var live = 0L;
        Assert.IsNull(training.Run(new Reports<EvaluationProgress>(report =>
        {
            var now = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            live = report.Done == 3 ? now : live;
            Assert.IsTrue(report.Done <= 3 || now == live, $"{now - live} tensors more at step {report.Done}");
        })));
        Assert.IsLessThan(0.75 * before, training.Losses(batch, 0).Values.Sum());
    }

    [TestMethod]
    public void Results_OfTheTruthItself_AreAHundredByEveryRule()
    {
        foreach (var metric in Enum.GetValues<ObjectMetric>())
        {
            var images = Images(12);
            var settings = Fpn.Resolve();
            var scores = new DetectionScores(settings, images, images.Annotations with { Metric = metric });
            foreach (var batch in images.ReadAnnotated(4))
            {
                for (var i = 0; i < batch.Indices.Count; i++)
                {
                    var truth = images.Objects((int)batch.Indices[i]);
                    var found = truth.Objects.Select(one => new DetectedObject(one.Class, 0.9, one.Box) { Mask = one.Mask, Keypoints = one.Keypoints });
                    using var map = batch.Maps![i];
                    scores.Add(truth, [.. found], map, new ViewPlaces(batch.Geometry[i], new(64, 64)));
                }
            }

            var results = scores.Results(null);
            Assert.IsGreaterThan(1, results.Count);
            Assert.IsTrue(results.All(result => Math.Abs(result.Value - 100) < 1e-9), $"{metric}: {string.Join(", ", results)}");
        }
    }

    [TestMethod]
    public void Evaluate_LossThatIsNotFinite_GivesNoNumberAndSaysWhy()
    {
        using var network = Network();
        using (no_grad())
        {
            network.parameters().First().fill_(double.NaN);
        }

        network.eval();
        var results = new DetectionEvaluator(Small).Evaluate(network, Images(4), Images(2));
        Assert.IsTrue(results.All(result => double.IsNaN(result.Value) && result.Remark!.Contains("learningRate", StringComparison.Ordinal)));
        Assert.IsGreaterThan(0, results.Count);
    }

    [TestMethod]
    public void Evaluate_WhatDoesNotFit_IsRefusedInASentence()
    {
        using var network = Network();
        var images = Images(2);
        Refuses("gives no maps", () => new DetectionEvaluator(Small).Evaluate(new TestBackbone(), images, images));
        Refuses("lack them", () => new DetectionEvaluator(Small with { Masks = true }).Evaluate(
            network, new LabeledImages(new TestImages(2, 8, 8, 1, (_, _, _, _) => 0), Scenes.Transform(Scenes.Of(1)), CPU, needsLabels: false), images));
        Refuses("\"anchorSizes\"", () => new DetectionEvaluator(Small with { Neck = NeckKind.Fpn }).Evaluate(network, images, images));
        Refuses("last layer is a stage", () => new DetectionEvaluator(Small).Evaluate(Transformer(), images, images));
        Assert.IsEmpty(new DetectionEvaluator(Small).Evaluate(new RawPixels(new ViewShape(1, 64, 64)), images, images));
        Assert.AreEqual(LabelKinds.Objects | LabelKinds.Masks | LabelKinds.Keypoints, new DetectionEvaluator(Fpn).Needs);
    }

    /// <summary>On a canvas that is larger than the images, and by a network with the stem of the papers.</summary>
    [TestMethod]
    [DataRow("voc-c4")]
    [DataRow("coco-c4")]
    [DataRow("coco-fpn")]
    [DataRow("coco-keypoints")]
    [DataRow("lvis-fpn")]
    [DataRow("cityscapes-fpn")]
    [DataRow("vitdet")]
    public void Evaluate_EveryRecipe_TakesTwoSteps(string recipe)
    {
        var sizes = recipe.EndsWith("c4", StringComparison.Ordinal) ? new double[] { 8, 16, 32 } : [8, 16, 24, 32, 48];
        var options = Small with { Recipe = recipe, AnchorSizes = sizes, NormSteps = null };
        Assert.IsEmpty(options.Validate(new(options)));
        manual_seed(0);
        IMapBackbone network = recipe == "vitdet"
            ? Transformer() : new ResNet18(new() { Width = 16, BlocksPerStage = [1, 1, 1, 1] }, new DataInfo(1, 1));
        using var held = network.Module;
        network.Module.eval();
        var results = new DetectionEvaluator(options).Evaluate(network, Images(4, canvas: 96), Images(2, first: 1000, canvas: 96));
        Assert.IsGreaterThan(1, results.Count);
        Assert.IsTrue(results.All(result => result.Value is >= 0 and <= 100));
    }

    [TestMethod]
    public void Resolve_FewerSteps_HasEarlierMilestones_AndMistakesAreRefused()
    {
        var settings = new DetectionOptions { Recipe = "voc-c4", Steps = 240 }.Resolve();
        CollectionAssert.AreEqual(new[] { 180, 220 }, settings.Milestones.ToArray());
        Assert.AreEqual((1, 2), (settings.WarmupSteps, settings.NormSteps));
        foreach (var (options, part) in new (DetectionOptions, string)[]
        {
            (new() { Recipe = "yolo" }, "voc-c4, coco-c4"),
            (new() { Keypoints = true }, "'fpn' or 'simple'"),
            (new() { Steps = 10, WarmupSteps = 9 }, "\"warmupSteps\""),
            (new() { Milestones = [300, 200] }, "ascend"),
            (new() { AnchorSizes = [] }, "\"anchorSizes\""),
        })
        {
            StringAssert.Contains(options.Validate(new(options)).First().ErrorMessage, part);
        }
    }

    [TestMethod]
    public void Evaluate_WithAnEyeOnIt_ShowsImagesWithFrames()
    {
        using var network = Network();
        network.eval();
        var shown = new List<(Figure Figure, long[] Shape, bool Framed)>();
        new DetectionEvaluator(Small, figures: new Reports<Figure>(figure => shown.Add((figure, figure.Pictures.shape, IsFramed(figure.Pictures)))))
            .Evaluate(network, Images(2), Images(5, first: 1000));
        var (only, shape, framed) = shown.Single();
        CollectionAssert.AreEqual(new long[] { 4, 2, 3, 64, 64 }, shape);
        CollectionAssert.AreEqual(new[] { "labeled", "found" }, only.ColumnTitles.ToArray());
        Assert.HasCount(8, only.Captions);
        Assert.IsTrue(framed && only.Captions[0].Length > 0);

        // Gray images have colors where frames lie.
        static bool IsFramed(Tensor pictures) => pictures[0, 0].to(float32) is var one && (one[0] - one[2]).abs().sum().ToDouble() > 0;
    }

    [TestMethod]
    public void Evaluate_WithAnEyeOnCurves_TellsPrecisionOverRecall()
    {
        using var network = Network();
        network.eval();
        var charts = new List<Chart>();
        var results = new DetectionEvaluator(C4, charts: new Reports<Chart>(charts.Add)).Evaluate(network, Images(2), Images(5, first: 1000));

        CollectionAssert.AreEqual(
            new[]
            {
                "precision over recall of boxes, mean of classes", "precision over recall of boxes, overlap 0.5",
                "precision over recall of masks, mean of classes", "precision over recall of masks, overlap 0.5",
            },
            charts.Select(chart => chart.Title).ToArray());
        foreach (var (chart, metric) in new[] { (charts[0], "AP50"), (charts[2], "mask AP50") })
        {
            CollectionAssert.AreEqual(new[] { "overlap 0.5", "overlap 0.75" }, chart.Lines.Select(line => line.Name).ToArray());
            Assert.AreEqual(results.Single(result => result.Metric == metric).Value, chart.Lines[0].Points.Average(point => point.Y), 1e-9);
            CollectionAssert.AreEqual(Enumerable.Range(0, 101).Select(i => (double)i).ToArray(), chart.Lines[0].Points.Select(point => point.X).ToArray());
        }

        var known = results.Count(result => result.Metric.StartsWith("AP of ", StringComparison.Ordinal));
        Assert.HasCount(known, charts[1].Lines, "classes without an object have none");
    }

    [TestMethod]
    public void Charts_OfManyClasses_AreTheMeanAlone()
    {
        string[] names = [.. Enumerable.Range(0, 9).Select(i => $"c{i}")];
        double[] level = [.. Enumerable.Repeat(0.5, 101)];
        Assert.HasCount(1, PrecisionCurves.Charts("boxes", names, (_, _) => level).ToArray());
        Assert.HasCount(2, PrecisionCurves.Charts("boxes", names, (one, _) => one == 0 ? null : level).ToArray());
        Assert.IsEmpty(PrecisionCurves.Charts("boxes", names, (_, _) => null));
    }

    [TestMethod]
    public void Factors_OfImages_RepeatThoseOfRareClasses()
    {
        int[][] classes = [.. Enumerable.Range(0, 100).Select(i => i == 0 ? new[] { 0, 1, 1 } : [0])];
        var factors = RepeatedImages.Factors(classes, 0.04);
        Assert.AreEqual(2, factors[0], 1e-12); // √(0.04 / 0.01)
        Assert.AreEqual(1, factors[1]);
        Assert.HasCount(101, RepeatedImages.Of(factors, 0, 0));
        Assert.AreEqual(1.5, Enumerable.Range(0, 400).Average(epoch => RepeatedImages.Of([1.5], 0, epoch).Length), 0.06);
    }

    private static void Refuses(string part, Action action) =>
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(action).Message, part);

    private static ResNet18 Network()
    {
        manual_seed(0);
        return new(new() { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1, 1, 1] }, new DataInfo(1, 1));
    }

    private static VisionTransformer Transformer()
    {
        manual_seed(0);
        return new(new() { ImageSize = 64, PatchSize = 16, Dimension = 16, Depth = 2, Heads = 2, Channels = 1 }, new DataInfo(1, 1));
    }

    private static LabeledImages Images(int count, int first = 0, int canvas = 64)
    {
        var source = Scenes.Of(count, first);
        var data = new DataInfo(count, 1) { Size = source.Size };
        Component<IRecipeStep>[] steps =
        [
            Recipes.Step<Normalize, NormalizeOptions>(new() { Mean = [0.4], Std = [0.3] }),
            Recipes.Step<Canvas, CanvasOptions>(new() { Height = canvas, Width = canvas }),
        ];
        var flipped = Recipes.Build(data, 1, [Recipes.Step<HorizontalFlip, HorizontalFlipOptions>(new()), .. steps]);
        return new(source, Recipes.Build(data, 1, steps), CPU, needsLabels: false) { TrainTransform = flipped };
    }

    private sealed class Reports<T>(Action<T> received) : IProgress<T>
    {
        public void Report(T value) => received(value);
    }
}
