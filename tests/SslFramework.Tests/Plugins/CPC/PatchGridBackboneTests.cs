using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Plugins.CPC;

[TestClass]
public class PatchGridBackboneTests
{
    private static readonly DataInfo Gray = new(10, 1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Backbone_OfAResidualNetwork_KeepsTheContract(bool wholeImages) =>
        new BackboneContract(() => PatchGrids.Of(Network(), wholeImages: wholeImages), new ViewShape(1, 16, 16)).Verify();

    [TestMethod]
    public void Backbone_OfATransformer_KeepsTheContract() => new BackboneContract(
        () => PatchGrids.Of(new VisionTransformer(new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 1, Heads = 2 }, Gray)),
        new ViewShape(1, 16, 20)).Verify();

    [TestMethod]
    public void Features_AreTheMeanOverPatches_EachEncodedAlone()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var network = Network();
        network.eval();
        var images = Golden.Tensor("images", [2, 1, 17, 14]); // 3 × 2 patches; a pixel below and two at the right belong to none

        var expected = zeros(2, network.FeatureDimension);
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 2; column++)
            {
                expected += ((IBackbone)network).Forward(images.narrow(2, 4 * row, 8).narrow(3, 4 * column, 8)) / 6;
            }
        }

        var backbone = PatchGrids.Of(network);
        Assert.AreEqual((3, 2), backbone.GridOf(images));
        Assert.IsTrue(backbone.Forward(images).allclose(expected, rtol: 0, atol: 1e-5));
    }

    /// <summary>Layers show the maps of patches where these lie.</summary>
    [TestMethod]
    public void Layers_OfPatchesWithoutOverlap_LieSideBySide()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var network = Network();
        network.eval();
        var images = Golden.Tensor("images", [2, 1, 16, 24]);
        var layer = PatchGrids.Of(network, stride: 8).ForwardLayers(images)[0]; // 8 × 8 maps
        CollectionAssert.AreEqual(new long[] { 2, 4, 16, 24 }, layer.shape);
        var patch = network.ForwardLayers(images.narrow(2, 8, 8).narrow(3, 16, 8))[0];
        Assert.IsTrue(layer.narrow(2, 8, 8).narrow(3, 16, 8).allclose(patch, rtol: 0, atol: 1e-5));
    }

    [TestMethod]
    public void Images_SmallerThanAPatch_AreRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => PatchGrids.Of(Network()).Forward(zeros(1, 1, 7, 9)));
        Assert.Contains("lower \"patchSize\"", error.Message);
    }

    /// <summary>No patch sees another, as it would through batch norm.</summary>
    [TestMethod]
    public void Patches_OfANetworkWithLayerNorm_DoNotSeeEachOther_InTrainingToo()
    {
        using var scope = NewDisposeScope();
        var backbone = PatchGrids.Of(Network(NormalizationKind.LayerNorm));
        var patches = Golden.Tensor("patches", [3, 1, 8, 8]);
        var changed = cat([patches.narrow(0, 0, 1), patches.narrow(0, 1, 2) * 5]);
        Assert.IsTrue(backbone.Encode(patches)[0].allclose(backbone.Encode(changed)[0], rtol: 0, atol: 1e-6));
    }

    private static ResNet18 Network(NormalizationKind norm = NormalizationKind.BatchNorm) => new(
        new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1], Normalization = new() { Kind = norm } }, Gray);
}
