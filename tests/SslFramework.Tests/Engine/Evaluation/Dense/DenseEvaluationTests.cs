using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data;
using SslFramework.Engine.Data.Annotated;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class DenseEvaluationTests
{
    private static readonly LabeledImages Train = Of(Scenes.Of(24));
    private static readonly LabeledImages Test = Of(Scenes.Of(8, first: 1000));

    /// <summary>Features that are the classes themselves, patch by patch: what is missing is at the borders of patches.</summary>
    [TestMethod]
    [DataRow("segmentation-probe")]
    [DataRow("patch-knn")]
    public void Evaluate_FeaturesThatAreTheClasses_FindsThem_AndWrongOnesWhenTaughtThem(string name)
    {
        var told = Of(new Told());
        using var pixels = new RawPixels(new ViewShape(1, 32, 32));
        var numbers = New(name).Evaluate(pixels, told, told).ToDictionary(result => result.Metric, result => result.Value);
        Assert.IsGreaterThan(90, numbers["foreground mIoU"]);
        Assert.IsGreaterThan(95, numbers["pixel accuracy"]);

        var wrong = New(name).Evaluate(pixels, Of(new Told(shift: 1)), told).ToDictionary(result => result.Metric, result => result.Value);
        Assert.IsLessThan(5, wrong["pixel accuracy"]);
    }

    [TestMethod]
    [DataRow("segmentation-probe")]
    [DataRow("patch-knn")]
    public void Evaluate_EveryLayer_HasNumbersOfItsOwnThatMemoryDoesNotChange(string name)
    {
        using var network = Network();
        var evaluator = New(name, FeatureLayers.All);
        var plenty = evaluator.Evaluate(network, Train, Test);
        CollectionAssert.AreEqual(new[] { "features", "conv1", "layer1", "layer2" }, plenty.Select(result => result.Layer).Distinct().ToArray());
        var ofAllClasses = plenty.Where(result => result.Kind != MeasurementKind.Detail).ToList();
        CollectionAssert.AreEqual(
            new[] { "mIoU", "foreground mIoU", "pixel accuracy", "mean class accuracy" }, ofAllClasses.Select(result => result.Metric).Distinct().ToArray());
        Assert.IsTrue(ofAllClasses.All(result => result.Value is >= 0 and <= 100 && result.Interval is not null && result.Remark is null));

        var scarce = evaluator.Evaluate(network, Of(Scenes.Of(24), memory: 1), Of(Scenes.Of(8, first: 1000), memory: 1));
        CollectionAssert.AreEqual(plenty.Select(result => result.Value).ToArray(), scarce.Select(result => result.Value).ToArray());
    }

    [TestMethod]
    public void Evaluate_WeightsThatAreNotFinite_GivesNoNumberAndSaysWhy()
    {
        using var network = Network();
        using (no_grad())
        {
            network.parameters().First().fill_(double.NaN);
        }

        var results = New("segmentation-probe").Evaluate(network, Train, Test);
        Assert.IsTrue(results.All(result => double.IsNaN(result.Value) && result.Remark!.Contains("check the weights", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Evaluate_CollapsedFeatures_SaysSo()
    {
        using var network = Network();
        using (no_grad())
        {
            network.get_parameter("layer2.0.bn2.weight")!.zero_();
            network.get_parameter("layer2.0.downsample.1.weight")!.zero_();
        }

        var options = new SegmentationProbeOptions { Maps = MapChoice.Last, Epochs = 1 };
        StringAssert.Contains(new SegmentationProbe(options).Evaluate(network, Train, Test)[0].Remark, "they have collapsed");
    }

    [TestMethod]
    public void Evaluate_ImagesWithoutMaps_IsRefusedInASentence()
    {
        using var network = Network();
        var without = MadeImages.Separable("x", 8, 2, 0.1);
        var error = Assert.ThrowsExactly<ExperimentException>(() => New("patch-knn").Evaluate(network, Train, without));
        Assert.AreEqual(
            "The class of every pixel is needed, but the test images have no maps; take a data source that has them, such as 'maskFolder' or 'scenes'.",
            error.Message);
    }

    [TestMethod]
    public void Evaluate_ABackboneThatDoesNotTell_TakesTheLayersThatAreMaps()
    {
        using var tiny = new TinyBackbone();
        var taps = MapTaps.Find(tiny, Train, new PatchKnnOptions { Layers = FeatureLayers.All, Maps = MapChoice.All });
        CollectionAssert.AreEqual(new[] { "features" }, taps.Items.Select(tap => tap.Layer).ToArray(), "one map, which is all there is");
        CollectionAssert.AreEqual(new long[] { 2, 6, 4, 4 }, taps.Read(zeros(2, 1, 16, 16))[0].shape, "interpolated to the patches");
    }

    [TestMethod]
    [DataRow("segmentation-probe", 5000)]
    [DataRow("patch-knn", 5000)]
    public void Protocol_OfAnOption_IsTheOptions(string name, int patches)
    {
        IEvaluator evaluator = name == "patch-knn" ? new PatchKnn(new() { Patches = patches }) : new SegmentationProbe(new() { Patches = patches });
        Assert.IsNull(evaluator.Protocol(Train), "the options say everything");
        Assert.AreEqual(LabelKinds.Maps, evaluator.Needs);
    }

    private static ResNet18 Network()
    {
        manual_seed(3);
        return new ResNet18(new ResNetOptions { Width = 8, Stem = ResNetStem.Small, BlocksPerStage = [1, 1] }, new DataInfo(1, 1));
    }

    private static IEvaluator New(string name, FeatureLayers layers = FeatureLayers.Last) => name == "patch-knn"
        ? new PatchKnn(new() { Patches = 600, K = 5, Layers = layers })
        : new SegmentationProbe(new() { Patches = 4000, BatchSize = 256, Layers = layers });

    private static LabeledImages Of(IDataSource source, long? memory = null) =>
        new(source, Scenes.Transform(source), CPU, needsLabels: false) { FeatureMemory = memory };
}
