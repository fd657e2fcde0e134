using SslFramework.Core.Backbones.Residual;
using SslFramework.Plugins.Counting;
using SslFramework.Testing;
using SslFramework.Tests.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.Counting;

[TestClass]
public class CountingObjectiveTests
{
    private static readonly CountingOptions Small = new() { Counts = 16, HeadLayers = 2, HiddenDimension = 32 };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Objective_Contract_Holds(int channels) =>
        new ObjectiveContract(() => New(Small, new TestBackbone(channels)), views: 1, new ViewShape(channels, 16, 18)).VerifyAll();

    [TestMethod]
    public void FirstLoss_UntrainedNetwork_IsNearTheMargin()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var objective = New(Small, new TestBackbone(3));
        var loss = objective.ComputeLoss(TestSteps.Batch(1, new ViewShape(3, 16, 16), 8), TestSteps.At(0)).Loss.ToDouble();
        Assert.IsInRange(9.0, 12.0, loss); // all images count alike at first, which costs exactly the margin
    }

    [TestMethod]
    public void Parts_TheNetworkSees_AreTheHalvedImageAndItsQuarters()
    {
        using var scope = NewDisposeScope();
        var network = new RecordingBackbone(3, side: 8);
        var batch = TestSteps.Batch(1, new ViewShape(3, 17, 17), 4); // the last row and column belong to no part
        var objective = New(Small, network);
        objective.ComputeLoss(batch, TestSteps.At(0));
        var parts = network.Images!.view(5, 4, 3, 8, 8);
        var images = batch.Single();
        foreach (var (part, (top, left)) in new[] { (0, 0), (0, 8), (8, 0), (8, 8) }.Index())
        {
            Assert.IsTrue(parts[part + 1].eq(images.narrow(2, top, 8).narrow(3, left, 8)).all().ToBoolean(), $"quarter {part}");
        }

        var literal = images.narrow(2, 0, 16).narrow(3, 0, 16).reshape(4, 3, 8, 2, 8, 2).mean([3, 5]);
        Assert.IsLessThan(1.0, (parts[0] - literal).abs().mean().ToDouble(), "about the mean of four pixels, whichever filter is drawn");
    }

    /// <summary>A halved constant stays itself under each filter, and the three differ on noise.</summary>
    [TestMethod]
    public void Filters_OfHalvedImages_AreDrawnForEachImage()
    {
        using var scope = NewDisposeScope();
        var noise = TestSteps.Batch(1, new ViewShape(1, 16, 16), 1).Single().expand(60, 1, 16, 16).contiguous();
        var (network, flat) = (new RecordingBackbone(side: 8), new RecordingBackbone(side: 8));
        var (objective, other) = (New(Small, network), New(Small, flat));
        long[] indices = [.. Enumerable.Range(0, 60)];
        objective.ComputeLoss(new ViewBatch([noise], indices), TestSteps.At(0));
        other.ComputeLoss(new ViewBatch([ones_like(noise) * 3], indices), TestSteps.At(0));
        var halves = network.Images!.narrow(0, 0, 60).flatten(1);
        var kinds = Enumerable.Range(0, 60).Select(n => Enumerable.Range(0, 60).First(m => halves[n].allclose(halves[m], atol: 1e-6))).ToArray();
        Assert.HasCount(3, kinds.Distinct());
        Assert.IsTrue(kinds.GroupBy(kind => kind).All(group => group.Count() > 8), "each about as often");
        Assert.IsLessThan(1e-5, (flat.Images! - 3).abs().max().ToDouble());
    }

    [TestMethod]
    public void Batch_OfOneImage_IsRefusedWithTheRemedy()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, new TestBackbone());
        var error = Assert.ThrowsExactly<ExperimentException>(
            () => objective.ComputeLoss(TestSteps.Batch(1, new ViewShape(1, 16, 16), 1), TestSteps.At(0)));
        Assert.Contains("batchSize", error.Message);
    }

    [TestMethod]
    public void Figures_ShowTheHalfAndTheQuarters_WithTheirCounts()
    {
        using var scope = NewDisposeScope();
        var objective = New(Small, new TestBackbone(3));
        var figure = objective.DrawFigures(TestSteps.Batch(1, new ViewShape(3, 16, 18), 4), TestSteps.At(0)).Single();
        CollectionAssert.AreEqual(new long[] { 4, 5, 3, 8, 9 }, figure.Pictures.shape);
        Assert.HasCount(20, figure.Captions);
        Assert.IsTrue(figure.Captions.All(caption => double.Parse(caption, System.Globalization.CultureInfo.InvariantCulture) >= 0));
    }

    [TestMethod]
    public void Training_EightImages_AreCounted()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var backbone = new ResNet18(
            new ResNetOptions { Stem = ResNetStem.Small, Width = 16, BlocksPerStage = [1, 1] }, new DataInfo(8, 1));
        var objective = New(Small, backbone);
        var batch = TestSteps.Batch(1, new ViewShape(1, 16, 16), 8);
        Assert.IsLessThan(1, Overfitting.Loss(objective, batch, steps: 100, learningRate: 2e-3));
    }

    private static CountingObjective New(CountingOptions options, IBackbone backbone) => new(options, new TestBackbones(() => backbone));
}
