using SslFramework.Core.Backbones.Historical;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
internal class ExemplarCnnTests
{
    private static readonly DataInfo Colour = new(100, 3);

    [TestMethod]
    public void Maps_Of32PixelPatches_AreThePapers()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new ExemplarCnn(new ExemplarCnnOptions(), Colour);

        var maps = network.ForwardLayers(zeros(1, 3, 32, 32));

        CollectionAssert.AreEqual(
            new[] { "64 32 32", "128 16 16", "256 8 8", "512 1 1" }, maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
        CollectionAssert.AreEqual(new[] { "conv1", "conv2", "conv3", "fc" }, network.Layers.Select(layer => layer.Name).ToArray());
        Assert.AreEqual(
            (64 * 76) + (128 * 1601) + (256 * 3201) + (512 * 16385), network.parameters().Sum(p => p.numel()), "64c5-128c5-256c5-512f");
    }

    [TestMethod]
    public void SmallAndLargeNetworks_AreOptions()
    {
        using var small = new ExemplarCnn(new ExemplarCnnOptions { Maps = [64, 64], Hidden = 128 }, Colour);
        using var large = new ExemplarCnn(new ExemplarCnnOptions { Maps = [92, 256, 512], Hidden = 1024 }, Colour);
        Assert.AreEqual((64 * 76) + (64 * 1601) + (128 * ((64 * 64) + 1)), small.parameters().Sum(p => p.numel()));
        Assert.AreEqual(1024 * ((512 * 64) + 1), large.Layers[^1].Parameters.Sum(p => p.numel()));
    }

    [TestMethod]
    public void Quadrants_AreTheLargestValuesOfEveryQuarter_LayerByLayer()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new ExemplarCnn(new ExemplarCnnOptions { Maps = [3, 4], Hidden = 5 }, Colour);
        network.eval();
        using var generator = new Generator(1);
        var images = rand([2, 3, 64, 64], generator: generator);

        var (features, maps) = (network.Forward(images), network.ForwardLayers(images));

        CollectionAssert.AreEqual(new long[] { 2, 4 * (3 + 4 + 5) }, features.shape);
        Assert.AreEqual(features.shape[1], network.FeatureDimension);
        var upperLeft = maps[0].narrow(2, 0, 32).narrow(3, 0, 32).amax([2, 3]);
        var lowerRight = maps[1].narrow(2, 16, 16).narrow(3, 16, 16).amax([2, 3]);
        Assert.IsTrue(features.narrow(1, 0, 12).view(2, 3, 4).select(2, 0).eq(upperLeft).all().ToBoolean());
        Assert.IsTrue(features.narrow(1, 12, 16).view(2, 4, 4).select(2, 3).eq(lowerRight).all().ToBoolean());
    }

    [TestMethod]
    public void Hidden_IsWhatTheObjectiveLearnsFrom()
    {
        using var scope = NewDisposeScope();
        using var network = new ExemplarCnn(new ExemplarCnnOptions { Maps = [3, 4], Hidden = 5, Features = ExemplarFeatures.Hidden }, Colour);
        network.eval();
        using var generator = new Generator(1);
        var images = rand([2, 3, 32, 32], generator: generator);
        Assert.AreEqual(5, network.FeatureDimension);
        Assert.IsTrue(network.Forward(images).eq(network.Hidden(images)).all().ToBoolean());
    }

    [TestMethod]
    public void Weights_AtTheStart_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ExemplarCnn(new ExemplarCnnOptions(), Colour);
        Assert.AreEqual(0.05, network.get_parameter("conv1.weight")!.std().ToDouble(), 2e-3);
        Assert.AreEqual(0.02, network.get_parameter("conv2.weight")!.std().ToDouble(), 1e-3);
        Assert.AreEqual(0.01, network.get_parameter("fc.weight")!.std().ToDouble(), 1e-3);
        Assert.AreEqual(0.1, network.get_parameter("fc.bias")!.min().ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Images_SmallerThanThePatch_AreRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using var network = new ExemplarCnn(new ExemplarCnnOptions { Maps = [3, 4] }, Colour);
        Assert.Contains("28×28", Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, 28, 28))).Message);
    }
}
