using SslFramework.Core.Backbones;
using SslFramework.Plugins.RegNet;

namespace SslFramework.Tests.Plugins.RegNet;

[TestClass]
public class RegNetTests
{
    private static readonly RegNetOptions Tiny = new() { Depth = 5, WidthStart = 16, WidthSlope = 16, WidthFactor = 2, GroupWidth = 8 };

    public static IEnumerable<object[]> Names =>
    [
        ["regnety-400mf", () => (StagedNetwork)new RegNetY400mf(new(), TorchvisionNetwork.Color)],
        ["regnety-800mf", () => (StagedNetwork)new RegNetY800mf(new(), TorchvisionNetwork.Color)],
        ["regnety-1.6gf", () => (StagedNetwork)new RegNetY1600mf(new(), TorchvisionNetwork.Color)],
        ["regnety-3.2gf", () => (StagedNetwork)new RegNetY3200mf(new(), TorchvisionNetwork.Color)],
        ["regnety-8gf", () => (StagedNetwork)new RegNetY8gf(new(), TorchvisionNetwork.Color)],
        ["regnety-16gf", () => (StagedNetwork)new RegNetY16gf(new(), TorchvisionNetwork.Color)],
        ["regnety-32gf", () => (StagedNetwork)new RegNetY32gf(new(), TorchvisionNetwork.Color)],
        ["regnetx-400mf", () => (StagedNetwork)new RegNetX400mf(new(), TorchvisionNetwork.Color)],
        ["regnetx-800mf", () => (StagedNetwork)new RegNetX800mf(new(), TorchvisionNetwork.Color)],
        ["regnetx-1.6gf", () => (StagedNetwork)new RegNetX1600mf(new(), TorchvisionNetwork.Color)],
        ["regnetx-3.2gf", () => (StagedNetwork)new RegNetX3200mf(new(), TorchvisionNetwork.Color)],
        ["regnetx-8gf", () => (StagedNetwork)new RegNetX8gf(new(), TorchvisionNetwork.Color)],
        ["regnetx-16gf", () => (StagedNetwork)new RegNetX16gf(new(), TorchvisionNetwork.Color)],
        ["regnetx-32gf", () => (StagedNetwork)new RegNetX32gf(new(), TorchvisionNetwork.Color)],
    ];

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Keys_OfEveryName_AreTorchvisions(string name, Func<StagedNetwork> create) => TorchvisionNetwork.AssertIsAsPublished(name, create);

    [TestMethod]
    public void Network_OfTorchvisionsWeights_IsTorchvisions()
    {
        TorchvisionNetwork.AssertIsTorchvisions(
            "regnet-y", new RegNetY400mf(Tiny, TorchvisionNetwork.Color), ("stem", 0), ("trunk_output.block1", 1), ("trunk_output.block2", 2), ("trunk_output.block3", 3));
        TorchvisionNetwork.AssertIsTorchvisions("regnet-x", new RegNetX400mf(Tiny, TorchvisionNetwork.Color), ("stem", 0), ("trunk_output.block1", 1));
    }

    [TestMethod]
    public void Network_OfAnyOptions_KeepsItsContracts() => TorchvisionNetwork.AssertKeepsItsContracts(
        (data, drop, recompute) => new RegNetY400mf(Tiny with { StemStride = 1, DropPath = drop, Recompute = recompute }, data), 16);

    [TestMethod]
    public void OutputStride_Lowered_KeepsWhatLiesAtSharedPlaces() => TorchvisionNetwork.AssertLowersItsStride(
        new RegNetX400mf(Tiny with { StemStride = 1 }, TorchvisionNetwork.Color), 32, 48);

    [TestMethod]
    public void Weights_AtTheStart_AreTorchvisions()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new RegNetY400mf(new(), TorchvisionNetwork.Color);
        Assert.AreEqual(Math.Sqrt(2.0 / (9 * 104)), network.state_dict()["trunk_output.block2.block2-0.f.b.0.weight"].std().item<float>(), 2e-3);
    }

    [TestMethod]
    [DataRow("simclr-fashion-mnist")]
    [DataRow("vicreg-fashion-mnist")]
    public void Training_FourSteps_ResumesToTheSameBits(string method) => TorchvisionNetwork.AssertTrains(
        method, """{ "name": "regnety-400mf", "depth": 3, "widthStart": 8, "widthSlope": 8, "widthFactor": 2, "groupWidth": 8, "stemStride": 1, "dropPath": 0.1 }""");
}
