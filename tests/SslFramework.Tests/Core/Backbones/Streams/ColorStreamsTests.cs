using SslFramework.Core.Augmentations.Batched;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Streams;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Testing;
using TorchSharp;

namespace SslFramework.Tests.Core.Backbones.Streams;

[TestClass]
public class ColorStreamsTests
{
    private static readonly ResNetOptions Small = new() { Stem = ResNetStem.Small, Width = 4, BlocksPerStage = [1, 1] };
    private static readonly VisionTransformerOptions Tokens = new() { ImageSize = 8, PatchSize = 4, Dimension = 16, Depth = 1, Heads = 2 };

    [TestMethod]
    [DataRow(StreamSpace.Lab, 3)]
    [DataRow(StreamSpace.Ycbcr, 3)]
    [DataRow(StreamSpace.Laplacian, 3)]
    [DataRow(StreamSpace.Laplacian, 1)]
    public void Backbone_OfResidualNetworks_KeepsTheContract(StreamSpace space, int channels) =>
        new BackboneContract(() => New(space, channels), new ViewShape(channels, 8, 8)).Verify();

    [TestMethod]
    public void Backbone_OfTransformers_KeepsTheContract() =>
        new BackboneContract(() => New(StreamSpace.Laplacian, 1, Tokens), new ViewShape(1, 8, 8)).Verify();

    [TestMethod]
    public void Keys_AreThoseOfTheHalves_UnderFirstAndSecond()
    {
        using var scope = NewDisposeScope();
        var backbone = New(StreamSpace.Lab, 3);
        var half = ((IBackbone)new ResNet18(Small, new DataInfo(10, 1))).Module.state_dict().Keys.ToArray();

        CollectionAssert.AreEquivalent(
            half.Select(key => $"first.{key}").Concat(half.Select(key => $"second.{key}")).ToArray(), backbone.state_dict().Keys.ToArray());
        CollectionAssert.AreEqual(new[] { "conv1", "layer1", "layer2" }, backbone.Layers.Select(layer => layer.Name).ToArray());
        Assert.AreEqual(2 * 8, backbone.FeatureDimension);
        CollectionAssert.AreEqual(new long[] { 4, 1, 3, 3 }, backbone.state_dict()["first.conv1.weight"].shape);
        CollectionAssert.AreEqual(new long[] { 4, 2, 3, 3 }, backbone.state_dict()["second.conv1.weight"].shape);
    }

    [TestMethod]
    public void Split_Lab_IsScaledToTheWholeRange()
    {
        using var scope = NewDisposeScope();
        var colors = tensor(new double[] { 1, 0, 0, 1, 1, 1 }).view(2, 3, 1, 1); // red, white
        var examples = Golden.Open("examples.json").GetProperty("values");

        var (lightness, ab) = New(StreamSpace.Lab, 3).Split(colors);

        var scaled = cat([lightness, ab], 1).view(2, 3);
        Golden.AssertValues(examples.GetProperty("cmc normalised red"), scaled[0], 1e-9, "red");
        Golden.AssertValues(examples.GetProperty("cmc normalised white"), scaled[1], 1e-9, "white");
    }

    [TestMethod]
    public void Split_EveryColor_LiesBetweenMinusOneAndOne()
    {
        using var scope = NewDisposeScope();
        var steps = linspace(0, 1, 18, dtype: float64);
        Tensor[] axes = [steps.view(18, 1, 1), steps.view(1, 18, 1), steps];
        var colors = stack([.. axes.Select(axis => axis.expand(18, 18, 18).flatten())], 1).view(-1, 3, 1, 1);
        foreach (var space in new[] { StreamSpace.Lab, StreamSpace.Ycbcr })
        {
            var (first, second) = New(space, 3).Split(colors);
            var all = cat([first, second], 1);
            Assert.AreEqual(-1, all.min().ToDouble(), 1e-4, $"{space}");
            Assert.AreEqual(1, all.max().ToDouble(), 1e-4, $"{space}");
            Assert.IsLessThan(1e-3, all.amax([0, 2, 3]).sub(1).abs().max().ToDouble(), $"{space}: each channel reaches 1");
        }
    }

    [TestMethod]
    public void Split_Laplacian_AddsUpToTheImage()
    {
        using var scope = NewDisposeScope();
        var images = Golden.Tensor("images", [2, 1, 12, 12], 2);
        var (coarse, fine) = New(StreamSpace.Laplacian, 1).Split(images);
        Assert.IsTrue((coarse + fine).allclose(images, rtol: 0, atol: 1e-6));
        Assert.IsTrue(coarse.allclose(LowPass.Apply(images, 2)));
    }

    /// <summary>Method after method rests on it: a half learns nothing of what the other sees.</summary>
    [TestMethod]
    public void Halves_OtherColorsOfEqualLightness_LeaveTheFirstAsItIs()
    {
        using var scope = NewDisposeScope();
        ITwoStreamBackbone backbone = New(StreamSpace.Ycbcr, 3);
        backbone.Module.eval();
        var images = Golden.Tensor("images", [2, 3, 8, 8], 0.5, 0.5);
        var recolored = images + (tensor(new[] { 128.553f, -65.481f, 0 }) / 2000).view(1, 3, 1, 1); // of the same luma

        var ((first, second), (firstAgain, secondAgain)) = (backbone.Split(images), backbone.Split(recolored));

        Assert.IsTrue(first.allclose(firstAgain, rtol: 0, atol: 1e-6));
        Assert.IsFalse(second.allclose(secondAgain, rtol: 0, atol: 1e-2));
        var joined = backbone.ForwardLayers(images);
        foreach (var (i, (a, b)) in backbone.ForwardFirst(first).Zip(backbone.ForwardSecond(second)).Index())
        {
            Assert.IsTrue(joined[i].eq(cat([a, b], 1)).all().ToBoolean(), $"layer {i}");
        }
    }

    [TestMethod]
    [DataRow(StreamSpace.Lab)]
    [DataRow(StreamSpace.Ycbcr)]
    public void Build_GrayImages_AreRefusedWithARemedy(StreamSpace space)
    {
        var refused = Assert.ThrowsExactly<ExperimentException>(() => New(space, 1));
        Assert.AreEqual(FailureKind.Config, refused.Kind);
        Assert.Contains("\"space\": \"laplacian\"", refused.Message);
    }

    [TestMethod]
    public void Build_HalfWithChannelsOfItsOwn_IsRefused()
    {
        var refused = Assert.ThrowsExactly<ExperimentException>(() => New(StreamSpace.Lab, 3, Small with { Channels = 3 }));
        Assert.Contains("remove \"channels\"", refused.Message);
    }

    private static ColorStreams New(StreamSpace space, int channels, object? half = null)
    {
        var type = half is VisionTransformerOptions ? typeof(VisionTransformer) : typeof(ResNet18);
        var component = new Component<IBackbone>(new ComponentDescriptor("half", typeof(IBackbone), type, Small.GetType()), half ?? Small);
        return new ColorStreams(new ColorStreamsOptions { Half = component, Space = space }, new Halves(), new DataInfo(10, channels));
    }

    private sealed class Halves : IComponentFactory
    {
        public TService Create<TService>(Component<TService> component, params object[] extras)
            where TService : class =>
            (TService)Activator.CreateInstance(component.Descriptor.Implementation, [component.Options, .. extras])!;
    }
}
