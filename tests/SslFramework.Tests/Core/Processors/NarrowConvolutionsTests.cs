using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Processors;
using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Tests.Core.Processors;

[TestClass]
public class NarrowConvolutionsTests
{
    /// <summary>
    /// Without the guard the shortcuts' gradients write some kilobytes past a buffer, which ended this process within the first steps.
    /// </summary>
    [TestMethod]
    [DataRow(3, ResNetStem.Small, 64)]
    [DataRow(4, ResNetStem.Small, 64)]
    [DataRow(8, ResNetStem.Small, 64)]
    [DataRow(4, ResNetStem.Imagenet, 160)]
    public void Training_OfANarrowNetworkOnLargeImages_LeavesTheHeapWhole(int width, ResNetStem stem, int side)
    {
        manual_seed(3);
        var options = new ResNetOptions { Width = width, Stem = stem, BlocksPerStage = [1, 1, 1, 1] };
        using var network = new ResNet18(options, new DataInfo(1, 1));
        using var optimizer = optim.SGD(network.parameters(), 0.01);
        for (var step = 0; step < 15; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = network.Forward(randn(4, 1, side, side)).square().mean();
            loss.backward();
            optimizer.step();
            Assert.IsTrue(double.IsFinite(loss.ToDouble()));
        }
    }

    /// <summary>Rows that lie last are the layout that oneDNN computes rightly; a single channel counts too.</summary>
    [TestMethod]
    [DataRow(1, 64, ScalarType.Float32)]
    [DataRow(4, 64, ScalarType.Float32)]
    [DataRow(15, 64, ScalarType.Float32)]
    [DataRow(8, 224, ScalarType.BFloat16)]
    public void Guard_OfANarrowStridedConvolution_MakesItsRowsLieLast_AndComputesTheSame(int channels, int side, ScalarType type)
    {
        if (type == ScalarType.BFloat16 && !DevicePrecision.HasBf16(DeviceType.CPU))
        {
            return;
        }

        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = nn.Conv2d(channels, 8, 1, stride: 2, bias: false).to(type);
        var images = ChannelsLast.Of(randn(4, channels, side, side).to(type)).detach().requires_grad_(true);
        NarrowConvolutions.Guard(NarrowConvolutions.Guard(layer));
        var output = layer.call(images);
        CollectionAssert.AreEqual(new long[] { 2 * side * side, side * side / 4, side / 2, 1 }, output.stride());
        var upstream = randn_like(output);
        output.backward([upstream]);

        var (wide, weight) = (Wide(images), Wide(layer.weight!));
        var expected = nn.functional.conv2d(wide, weight, strides: [2, 2]);
        expected.backward([upstream.to(ScalarType.Float64)]);
        foreach (var (actual, right) in new[] { (output, expected), (images.grad!, wide.grad!), (layer.weight!.grad!, weight.grad!) })
        {
            var error = (actual.to(ScalarType.Float64) - right).abs().max().ToDouble() / right.abs().max().ToDouble();
            Assert.IsLessThan(type == ScalarType.BFloat16 ? 2e-2 : 1e-4, error);
        }
    }

    [TestMethod]
    [DataRow(16, 1, 2, 1)]
    [DataRow(4, 1, 1, 1)]
    [DataRow(4, 3, 2, 1)]
    [DataRow(8, 1, 2, 2)]
    public void Guard_OfAnyOtherConvolution_LeavesItsLayout(int channels, int kernel, int stride, int groups)
    {
        using var scope = NewDisposeScope();
        using var layer = NarrowConvolutions.Guard(nn.Conv2d(channels, 8, kernel, stride: stride, groups: groups));
        Assert.AreEqual(1, layer.call(ChannelsLast.Of(randn(2, channels, 32, 32))).stride()[1], "channels last");
    }

    /// <summary>Layers of a plugin's own, however deep.</summary>
    [TestMethod]
    public void Guard_OfANetwork_FindsTheLayersWithin()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(nn.Sequential(nn.Conv2d(4, 8, 1, stride: 2), nn.ReLU()));
        NarrowConvolutions.Guard(network);
        Assert.AreEqual(1, network.call(ChannelsLast.Of(randn(2, 4, 32, 32))).stride()[3], "rows last");
    }

    [TestMethod]
    public void ConvolutionLayer_OfFewChannels_IsGuarded()
    {
        using var scope = NewDisposeScope();
        using var layer = new ConvolutionLayer(4, 8, 1, Activation.None, width => nn.BatchNorm2d(width), stride: 2);
        Assert.AreEqual(1, layer.call(ChannelsLast.Of(randn(2, 4, 32, 32))).stride()[3], "rows last");
    }

    private static Tensor Wide(Tensor numbers) => numbers.detach().to(ScalarType.Float64).contiguous().requires_grad_(true);
}
