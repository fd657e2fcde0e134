using SslFramework.Core.Backbones.Historical;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
public class JigsawAlexNetTests
{
    [TestMethod]
    public void Maps_Of64PixelTiles_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new JigsawAlexNet(new DataInfo(100, 3));
        var maps = network.ForwardLayers(zeros(2, 3, 64, 64));
        CollectionAssert.AreEqual(
            new[] { "96 27 27", "256 13 13", "384 6 6", "384 6 6", "256 3 3" },
            maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1", "conv2", "conv3", "conv4", "conv5" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    [TestMethod]
    public void Forward_WholeImages_GiveFeaturesToo()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new JigsawAlexNet(new DataInfo(100, 1));
        Assert.AreEqual(256, network.Forward(zeros(1, 1, 25, 25)).shape[1], "the smallest");
        Assert.Contains("25×25", Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 1, 24, 25))).Message);
    }

    [TestMethod]
    public void Weights_AtTheStart_AreKrizhevskys()
    {
        using var scope = NewDisposeScope();
        using var network = new JigsawAlexNet(new DataInfo(100, 3));
        var state = network.state_dict();
        CollectionAssert.AreEqual(
            new double[] { 0, 1, 0, 1, 1 },
            Enumerable.Range(1, 5).Select(i => (double)state[$"conv{i}.bias"].unique().output.item<float>()).ToArray());
        Assert.AreEqual(0.01, state["conv3.weight"].std().ToDouble(), 1e-4);
    }

    [TestMethod]
    public void Parameters_OfTheConvolutions_AreAsManyAsTheAuthors()
    {
        using var network = new JigsawAlexNet(new DataInfo(100, 3));
        Assert.AreEqual(2_334_080, network.parameters().Sum(p => p.numel()));
        CollectionAssert.AreEquivalent(
            network.parameters().Select(p => p.Handle).ToArray(),
            network.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
    }
}
