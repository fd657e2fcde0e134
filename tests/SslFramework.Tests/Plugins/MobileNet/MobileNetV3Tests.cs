using SslFramework.Plugins.MobileNet;

namespace SslFramework.Tests.Plugins.MobileNet;

[TestClass]
public class MobileNetV3Tests
{
    private static readonly MobileNetOptions Tiny = new() { WidthMultiplier = 0.25 };

    [TestMethod]
    public void Network_OfTorchvisionsWeights_IsTorchvisions()
    {
        // Stages begin at strides: features.3 of the small one ends the second stage, and of the large one the second too.
        TorchvisionNetwork.AssertIsTorchvisions(
            "mobilenet-small", new MobileNetV3Small(Tiny, TorchvisionNetwork.Color), ("features.0", 0), ("features.3", 2), ("features.12", 5));
        TorchvisionNetwork.AssertIsTorchvisions(
            "mobilenet-large", new MobileNetV3Large(Tiny, TorchvisionNetwork.Color), ("features.0", 0), ("features.3", 2), ("features.16", 6));
    }

    [TestMethod]
    public void Keys_OfEveryName_AreTorchvisions()
    {
        TorchvisionNetwork.AssertIsAsPublished("mobilenet-v3-small", () => new MobileNetV3Small(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("mobilenet-v3-large", () => new MobileNetV3Large(new(), TorchvisionNetwork.Color));
    }

    [TestMethod]
    public void Network_OfAnyOptions_KeepsItsContracts() => TorchvisionNetwork.AssertKeepsItsContracts(
        (data, drop, recompute) => new MobileNetV3Small(Tiny with { StemStride = 1, DropPath = drop, Recompute = recompute }, data), 24);

    [TestMethod]
    public void OutputStride_Lowered_IsThatOfTheMaps()
    {
        using var scope = NewDisposeScope();
        using var network = new MobileNetV3Large(Tiny, TorchvisionNetwork.Color);
        network.eval();
        network.OutputStride = 8;
        CollectionAssert.AreEqual(new[] { 2, 2, 4, 8, 8, 8, 8 }, network.Maps.Select(map => map.Stride).ToArray());
        CollectionAssert.AreEqual(new long[] { 1, network.FeatureDimension, 8, 6 }, network.ForwardMaps(zeros(1, 3, 64, 48), [6])[0].shape);
    }

    [TestMethod]
    [DataRow("simclr-fashion-mnist")]
    [DataRow("barlow-twins-fashion-mnist")]
    public void Training_FourSteps_ResumesToTheSameBits(string method) => TorchvisionNetwork.AssertTrains(
        method, """{ "name": "mobilenet-v3-small", "widthMultiplier": 0.25, "stemStride": 1, "dropPath": 0.1 }""");
}
