using SslFramework.Plugins.ConvNeXt;

namespace SslFramework.Tests.Plugins.ConvNeXt;

[TestClass]
public class ConvNeXtTests
{
    private static readonly ConvNeXtOptions Tiny = new() { Width = 16, BlocksPerStage = [2, 1, 2] };

    [TestMethod]
    public void Network_OfTorchvisionsWeights_IsTorchvisions() => TorchvisionNetwork.AssertIsTorchvisions(
        "convnext", new ConvNeXtTiny(Tiny, TorchvisionNetwork.Color), ("features.0", 0), ("features.1", 1), ("features.3", 2), ("features.5", 3));

    [TestMethod]
    public void Keys_OfEveryName_AreTorchvisions()
    {
        TorchvisionNetwork.AssertIsAsPublished("convnext-tiny", () => new ConvNeXtTiny(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("convnext-small", () => new ConvNeXtSmall(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("convnext-base", () => new ConvNeXtBase(new(), TorchvisionNetwork.Color));
        TorchvisionNetwork.AssertIsAsPublished("convnext-large", () => new ConvNeXtLarge(new(), TorchvisionNetwork.Color));
    }

    [TestMethod]
    public void Network_OfAnyOptions_KeepsItsContracts() => TorchvisionNetwork.AssertKeepsItsContracts(
        (data, drop, recompute) => new ConvNeXtTiny(Tiny with { PatchSize = 2, LayerScale = 0.5, DropPath = drop, Recompute = recompute }, data), 24);

    [TestMethod]
    public void OutputStride_Lowered_KeepsWhatLiesAtSharedPlaces() => TorchvisionNetwork.AssertLowersItsStride(
        new ConvNeXtTiny(Tiny with { PatchSize = 2, LayerScale = 0.5 }, TorchvisionNetwork.Color), 32, 48);

    [TestMethod]
    public void Forward_ImagesSmallerThanAPlaceOfTheLastMaps_AreRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        using var network = new ConvNeXtTiny(Tiny, TorchvisionNetwork.Color);
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, 16, 15))).Message,
            "The backbone \"convnext\" needs images of at least 16×16, but they are 16×15; lower \"patchSize\" in \"backbone\"");
    }

    [TestMethod]
    public void Weights_AtTheStart_AreTorchvisions()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ConvNeXtTiny(new() { BlocksPerStage = [1, 1] }, TorchvisionNetwork.Color);
        var weights = network.state_dict();
        Assert.AreEqual(0.02f, weights["features.1.0.block.3.weight"].std().item<float>(), 5e-4f);
        Assert.AreEqual(0.02f, weights["features.0.0.weight"].std().item<float>(), 1e-3f);
        Assert.AreEqual(0f, weights["features.1.0.block.0.bias"].abs().max().item<float>());
        Assert.AreEqual(1e-6f, weights["features.3.0.layer_scale"].max().item<float>());
    }

    [TestMethod]
    [DataRow("simclr-fashion-mnist")]
    [DataRow("byol-fashion-mnist")]
    public void Training_FourSteps_ResumesToTheSameBits(string method) => TorchvisionNetwork.AssertTrains(
        method, """{ "name": "convnext-tiny", "width": 8, "blocksPerStage": [1, 1], "patchSize": 2, "dropPath": 0.1 }""");
}
