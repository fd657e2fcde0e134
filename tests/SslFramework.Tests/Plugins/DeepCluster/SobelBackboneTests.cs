using SslFramework.Core.Backbones.Residual;
using SslFramework.Plugins.DeepCluster;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.DeepCluster;

[TestClass]
public class SobelBackboneTests
{
    private static readonly ResNetOptions Small = new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1] };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Backbone_OfAResidualNetwork_KeepsTheContract(int channels) =>
        new BackboneContract(() => New(channels, Small), new ViewShape(channels, 8, 8)).Verify();

    /// <summary>Beside the authors' layers, in float64.</summary>
    [TestMethod]
    public void Edges_OfTheReference_AreMet()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "sobel");
        var edges = SobelBackbone.Edges(golden.Input("images"));
        Golden.AssertStats(golden["output"], edges, 1e-7, "edges");
    }

    [TestMethod]
    public void Edges_OfARampToTheRight_AreMinusEightAndZero()
    {
        using var scope = NewDisposeScope();
        var edges = SobelBackbone.Edges(arange(6, float64).expand(1, 3, 5, 6)).narrow(2, 1, 3).narrow(3, 1, 4);
        Assert.IsTrue(edges[0, 0].eq(-8).all().ToBoolean());
        Assert.IsTrue(edges[0, 1].eq(0).all().ToBoolean());
    }

    [TestMethod]
    public void Features_OfImagesOfOtherColorsAndEqualGray_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var backbone = New(3, Small);
        backbone.eval();
        var images = Golden.Tensor("images", [2, 3, 8, 8]);
        var recolored = images + tensor(new[] { 0.5f, -0.2f, -0.3f }).view(1, 3, 1, 1);
        Assert.IsTrue(backbone.Forward(images).allclose(backbone.Forward(recolored), rtol: 0, atol: 1e-5));
        CollectionAssert.AreEqual(new long[] { 4, 2, 3, 3 }, backbone.state_dict()["inner.conv1.weight"].shape);
    }

    [TestMethod]
    public void Build_NetworkWithChannelsOfItsOwn_IsRefused() => Assert.Contains(
        "remove \"channels\"", Assert.ThrowsExactly<ExperimentException>(() => New(3, Small with { Channels = 3 })).Message);

    private static SobelBackbone New(int channels, ResNetOptions inner)
    {
        var component = new Component<IBackbone>(new ComponentDescriptor("inner", typeof(IBackbone), typeof(ResNet18), typeof(ResNetOptions)), inner);
        return new SobelBackbone(new SobelOptions { Inner = component }, new InnerNetworks(), new DataInfo(10, channels));
    }
}
