using SslFramework.Core.Backbones.Historical;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
internal class RotNetAlexNetTests
{
    [TestMethod]
    public void Maps_At224Pixels_AreThePapers()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new RotNetAlexNet(new DataInfo(100, 3));
        network.eval();

        var maps = network.ForwardLayers(zeros(1, 3, 224, 224));

        CollectionAssert.AreEqual(
            new[] { "64 55 55", "192 27 27", "384 13 13", "256 13 13", "256 13 13", "4096" },
            maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1", "conv2", "conv3", "conv4", "conv5", "fc" }, network.Layers.Select(layer => layer.Name).ToArray());
        Assert.AreEqual(network.FeatureDimension, network.Forward(zeros(1, 3, 63, 63)).shape[1]);
    }

    [TestMethod]
    public void Parameters_AreAsManyAsTheAuthorsNetworkHas()
    {
        using var network = new RotNetAlexNet(new DataInfo(100, 3));
        long[] convolutions = [64 * 364, 192 * 1601, 384 * 1729, 256 * 3457, 256 * 2305]; // weights and a bias a map
        var norms = 2 * (64 + 192 + 384 + 256 + 256 + 4096 + 4096);
        Assert.AreEqual(convolutions.Sum() + norms + (9216L * 4096) + (4096L * 4096), network.parameters().Sum(p => p.numel()));
    }

    [TestMethod]
    public void Keys_AreTheAuthors()
    {
        using var network = new RotNetAlexNet(new DataInfo(100, 3));
        var keys = network.state_dict().Keys;
        foreach (var key in new[]
        {
            "_feature_blocks.0.0.weight", "_feature_blocks.0.0.bias", "_feature_blocks.0.1.running_mean", "_feature_blocks.2.0.weight",
            "_feature_blocks.4.0.weight", "_feature_blocks.5.0.weight", "_feature_blocks.6.1.weight", "_feature_blocks.8.1.weight",
            "_feature_blocks.8.2.weight", "_feature_blocks.8.4.weight", "_feature_blocks.8.5.running_var",
        })
        {
            Assert.Contains(key, keys);
        }

        Assert.DoesNotContain("_feature_blocks.8.1.bias", keys);
    }

    [TestMethod]
    public void Layers_HoldEveryParameterOnce()
    {
        using var network = new RotNetAlexNet(new DataInfo(100, 1));
        CollectionAssert.AreEqual(
            network.parameters().Select(p => p.Handle).ToArray(),
            network.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
    }

    [TestMethod]
    public void Images_TooSmall_AreRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using var network = new RotNetAlexNet(new DataInfo(100, 3));
        Assert.Contains("63×63", Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, 62, 62))).Message);
    }
}
