using SslFramework.Core.Backbones.Historical;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
internal class ContextAlexNetTests
{
    [TestMethod]
    public void Maps_Of96PixelPatches_AreThePapers()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new ContextAlexNet(new DataInfo(100, 3));
        network.eval();

        var maps = network.ForwardLayers(zeros(1, 3, 96, 96));

        CollectionAssert.AreEqual(
            new[] { "96 24 24", "256 12 12", "384 6 6", "384 6 6", "256 6 6", "4096 1 1" },
            maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1", "conv2", "conv3", "conv4", "conv5", "fc6" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    [TestMethod]
    public void Forward_WholeImages_GiveFeaturesToo()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new ContextAlexNet(new DataInfo(100, 3));
        network.eval();
        Assert.AreEqual(4096, network.Forward(zeros(1, 3, 224, 224)).shape[1]);
        Assert.AreEqual(4096, network.Forward(zeros(1, 3, 93, 93)).shape[1], "the smallest");
        Assert.Contains("93×93", Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, 92, 92))).Message);
    }

    [TestMethod]
    public void Norms_HaveNeitherScaleNorShift_AndLayersHoldEveryParameterOnce()
    {
        using var network = new ContextAlexNet(new DataInfo(100, 3));
        long[] weights = [96 * 3 * 121, 256 * 96 * 25, 384 * 256 * 9, 384 * 384 * 9, 256 * 384 * 9, 4096 * 256 * 9];
        Assert.AreEqual(weights.Sum() + 96 + 256 + 384 + 384 + 256 + 4096, network.parameters().Sum(p => p.numel()));
        CollectionAssert.AreEquivalent(
            network.parameters().Select(p => p.Handle).ToArray(),
            network.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
    }
}
