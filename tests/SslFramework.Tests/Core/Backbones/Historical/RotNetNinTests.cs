using SslFramework.Core.Backbones.Historical;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
internal class RotNetNinTests
{
    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Maps_At32Pixels_AreThePapers(int stages)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = New(stages);

        var maps = network.ForwardLayers(zeros(1, 3, 32, 32));

        Assert.AreEqual("96 16 16", string.Join(' ', maps[0].shape.Skip(1)));
        Assert.HasCount(stages, maps);
        Assert.IsTrue(maps.Skip(1).All(map => string.Join(' ', map.shape.Skip(1)) == "192 8 8"));
        Assert.AreEqual(network.FeatureDimension, network.Forward(zeros(1, 3, 32, 32)).shape[1]);
    }

    [TestMethod]
    public void Parameters_OfFourStages_AreTheAuthors()
    {
        using var network = New();
        long[] weights =
        [
            192 * 3 * 25, 160 * 192, 96 * 160,
            192 * 96 * 25, 192 * 192, 192 * 192,
            192 * 192 * 9, 192 * 192, 192 * 192,
            192 * 192 * 9, 192 * 192, 192 * 192,
        ];
        var norms = 2 * (192 + 160 + 96 + (9 * 192));
        Assert.AreEqual(weights.Sum() + norms, network.parameters().Sum(p => p.numel()));
        Assert.Contains("_feature_blocks.0.Block1_ConvB1.layers.Conv.weight", network.state_dict().Keys);
        Assert.Contains("_feature_blocks.3.Block4_ConvB3.layers.BatchNorm.running_mean", network.state_dict().Keys);
    }

    [TestMethod]
    public void Weights_AtTheStart_AreNormalOverTheOutputs()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = New();
        var weight = network.get_parameter("_feature_blocks.2.Block3_ConvB1.layers.Conv.weight")!;
        Assert.AreEqual(Math.Sqrt(2.0 / (9 * 192)), weight.std().item<float>(), 1e-3);
    }

    [TestMethod]
    public void Layers_HoldEveryParameterOnce()
    {
        using var network = New();
        CollectionAssert.AreEqual(
            network.parameters().Select(p => p.Handle).ToArray(),
            network.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
    }

    private static RotNetNin New(int stages = 4) => new(new RotNetNinOptions { Stages = stages }, new DataInfo(100, 3));
}
