using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Engine.Data.Sources;
using SslFramework.Plugins.Exemplar;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Exemplar;

[TestClass]
public class ExemplarObjectiveTests
{
    private static readonly ExemplarOptions Small = new() { PatchSize = 8 };
    private static readonly int Window = Transformations.SmallestWindow(Small);

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    public void Objective_Contract_Holds(int channels, bool norm) =>
        new ObjectiveContract(() => New(Small with { FeatureNorm = norm }, new TestBackbone(channels)), views: 1, new ViewShape(channels, Window, Window))
        {
            CreateForReplicas = () => New(Small, new PlainBackbone(channels)),
        }.VerifyAll();

    [TestMethod]
    public void Objective_ContractWithThePapersNetwork_Holds() => new ObjectiveContract(
        () => New(Small, new ExemplarCnn(new ExemplarCnnOptions { Maps = [4, 4], Hidden = 16, PatchSize = 8 }, new DataInfo(16, 3))),
        views: 1,
        new ViewShape(3, Window, Window)).VerifyAll();

    [TestMethod]
    [DataRow(1000)]
    [DataRow(8000)]
    public void FirstLoss_UntrainedNetwork_IsNearChance(int seeds)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var result = New(Small, new TestBackbone(3, 64), seeds).ComputeLoss(Batch(3, 16), TestSteps.At(0));
        Assert.AreEqual(Math.Log(seeds), result.Loss.ToDouble(), 0.1);
    }

    [TestMethod]
    public void Figures_ShowSeedsBesideTransformationsThatDiffer()
    {
        using var scope = NewDisposeScope();
        var batch = new ViewBatch([Batch(3, 4).Single().clamp(0, 1)], [0, 1, 2, 3]);
        var figure = New(Small with { Mean = [0.5, 0.5, 0.5] }, new TestBackbone(3)).DrawFigures(batch, TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 7, 3, 8, 8 }, figure.Pictures.shape);
        var border = (Window - 8) / 2;
        var seed = batch.Single().narrow(2, border, 8).narrow(3, border, 8).mul(255);
        Assert.IsTrue(figure.Pictures.select(1, 0).to(float32).allclose(seed, 0, 0.51), "not normalized");
        Assert.IsFalse(figure.Pictures.select(1, 1).eq(figure.Pictures.select(1, 2)).all().ToBoolean());
    }

    [TestMethod]
    public void BackboneImages_AreTheSeedsNormalized_AsTheNetworkSeesPatches()
    {
        using var scope = NewDisposeScope();
        var batch = Batch(1, 2);
        var border = (Window - 8) / 2;
        var seeds = batch.Single().narrow(2, border, 8).narrow(3, border, 8);

        var images = New(Small with { Mean = [0.25], Std = [0.5] }, new TestBackbone(1)).BackboneImages(batch);

        Assert.IsTrue(images.allclose((seeds - 0.25) / 0.5));
    }

    [TestMethod]
    public void Classifier_HasOneClassForEachSeed_AndTheLabelIsTheSeedsNumber()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small, new TestBackbone(3), seeds: 40);
        CollectionAssert.AreEqual(new long[] { 40, 8 }, objective.get_parameter("classifier.weight")!.shape);

        // A classifier that is sure of seed 33 is right about it, and about no other.
        using (no_grad())
        {
            objective.get_parameter("classifier.bias")![33] = 100;
        }

        var images = Batch(3, 4).Single();
        var result = objective.ComputeLoss(new ViewBatch([images], [5, 33, 6, 7]), TestSteps.At(0));
        Assert.AreEqual(0.25, result.Metrics.Single(metric => metric.Name == "accuracy").Value.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void PapersNetwork_IsEvaluatedByQuadrants_AndLearnsFromItsHiddenUnits()
    {
        using var scope = NewDisposeScope();
        var network = new ExemplarCnn(new ExemplarCnnOptions { Maps = [3, 4], Hidden = 5, PatchSize = 8 }, new DataInfo(16, 3));
        var objective = New(Small, network);
        CollectionAssert.AreEqual(new long[] { 16, 5 }, objective.get_parameter("classifier.weight")!.shape);
        Assert.AreEqual(48, ((IPretextObjective)objective).Backbone.FeatureDimension);
    }

    [TestMethod]
    public void ColorAxes_AreInTheCheckpoint()
    {
        using var scope = NewDisposeScope();
        var state = New(Small, new TestBackbone(3)).state_dict();
        CollectionAssert.AreEqual(new long[] { 3, 3 }, state["colourAxes"].shape);
        CollectionAssert.AreEqual(new long[] { 3 }, state["colourMean"].shape);
    }

    [TestMethod]
    public void MeanAndStd_OfAnotherNumberOfChannels_AreRefused()
    {
        var error = Assert.ThrowsExactly<ExperimentException>(() => New(Small with { Std = [0.2, 0.2] }, new TestBackbone(3)));
        Assert.Contains("\"std\"", error.Message);
    }

    [TestMethod]
    public void MeanAndStd_AreTakenAfterTheTransformations()
    {
        using var scope = NewDisposeScope();
        var still = Small with { Translation = 0, Scale = [1, 1], Rotation = 0, AxisFactor = [1, 1], Power = [1, 1], Factor = [1, 1], Offset = 0, Hue = 0 };
        var seen = new RecordingBackbone();
        New(still with { Mean = [0.5], Std = [0.25] }, seen, channels: 1).ComputeLoss(new ViewBatch([full([2, 1, 8, 8], 0.75f)], [0, 1]), TestSteps.At(0));
        Assert.IsLessThan(1e-5, (seen.Images! - 1).abs().max().ToDouble());
    }

    [TestMethod]
    public void Training_SixtyFourSeeds_AreOverfitted()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var backbone = new ResNet18(
            new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, new DataInfo(64, 3));
        Assert.IsLessThan(0.05, Overfitting.Loss(New(Small, backbone, seeds: 64), Batch(3, 64), steps: 150, learningRate: 1e-2));
    }

    private static ExemplarObjective New(ExemplarOptions options, IBackbone backbone, int seeds = 16, int? channels = null) => new(
        options,
        new TestBackbones(() => backbone),
        new SyntheticSource(new SyntheticOptions { Count = seeds, Size = 8, Channels = channels ?? backbone.Channels }));

    private static ViewBatch Batch(int channels, int count)
    {
        var noise = TestSteps.Batch(1, new ViewShape(channels, Window, Window), count);
        return new ViewBatch([noise.Single().sigmoid()], noise.Indices);
    }
}
