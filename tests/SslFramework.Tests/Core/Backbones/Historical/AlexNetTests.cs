using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Testing;

namespace SslFramework.Tests.Core.Backbones.Historical;

[TestClass]
public class AlexNetTests
{
    private static readonly DataInfo Color = new(100, 3);
    private static readonly AlexNetOptions Small = new() { Maps = [8, 8, 8, 8, 8], Strides = [2, 1, 1, 1, 1], Pads = [5, 2, 1, 1, 1], FullyConnected = [16, 12] };

    /// <summary>Krizhevsky's, without its classifier of 4,097,000 parameters.</summary>
    [TestMethod]
    public void Parameters_ByDefault_AreAsManyAsPublished()
    {
        using var device = new DefaultDevice(META);
        using var network = new AlexNet(new(), Color);
        Assert.AreEqual(60_965_224 - 4_097_000, network.parameters().Sum(parameter => parameter.numel()));
    }

    /// <summary>DeepCluster's: convolutions with batch norm, and two fully connected layers without.</summary>
    [TestMethod]
    public void Parameters_OfDeepClusters_AreAsManyAsItsAuthorsNetworkHas()
    {
        using var device = new DefaultDevice(META);
        using var network = new AlexNet(
            new()
            {
                Channels = 2,
                Pads = [2, 2, 1, 1, 1],
                Groups = [1, 1, 1, 1, 1],
                LocalResponseNorm = false,
                BatchNorm = [1, 2, 3, 4, 5],
                PoolsRoundUp = false,
                FullyConnectedKind = FullyConnectedKind.Linear,
                Initialization = AlexNetInitialization.Normal,
            },
            Color);
        Assert.AreEqual(3_738_336, network.Layers.Take(5).SelectMany(layer => layer.Parameters).Sum(parameter => parameter.numel()));
        Assert.AreEqual(54_534_144, network.Layers.Skip(5).SelectMany(layer => layer.Parameters).Sum(parameter => parameter.numel()));
    }

    /// <summary>Both halves of Split-Brain's convolutions.</summary>
    [TestMethod]
    [DataRow(1, 934_240)]
    [DataRow(2, 940_048)]
    public void Parameters_OfAHalfOfSplitBrains_AreAsManyAsItsAuthorsNetworkHas(int channels, int expected)
    {
        using var device = new DefaultDevice(META);
        using var network = new AlexNet(
            new() { Channels = channels, Maps = [48, 128, 192, 192, 128], Groups = [1, 1, 1, 1, 1], FullyConnectedPad = 5, FullyConnectedDilation = 2 }, Color);
        Assert.AreEqual(expected, network.Layers.Take(5).SelectMany(layer => layer.Parameters).Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(FullyConnectedKind.Convolution, 0.0, false)]
    [DataRow(FullyConnectedKind.Linear, 0.2, true)]
    public void Contract_IsKept(FullyConnectedKind kind, double leaky, bool afterRelu) => new BackboneContract(
        () => new AlexNet(
            Small with { FullyConnectedKind = kind, FullyConnectedSide = 2, LeakyRelu = leaky, BatchNorm = [2, 3, 6], BatchNormAfterRelu = afterRelu }, Color),
        new ViewShape(3, 40, 48)).Verify();

    [TestMethod]
    public void Features_WithoutFullyConnectedLayers_AreTheMeanOverTheLastMaps()
    {
        using var scope = NewDisposeScope();
        using var network = new AlexNet(Small with { FullyConnected = [] }, Color);
        network.eval();
        var images = Golden.Tensor("images", [2, 3, 48, 48]);
        var maps = network.ForwardLayers(images);
        CollectionAssert.AreEqual(new[] { "conv1", "conv2", "conv3", "conv4", "conv5" }, network.Layers.Select(layer => layer.Name).ToArray());
        Assert.IsTrue(network.Forward(images).Equals(maps[^1].mean([2, 3])));
        Assert.AreEqual(8, network.FeatureDimension);
    }

    /// <summary>A fully connected layer that runs over larger images, as Colorization's with its dilation.</summary>
    [TestMethod]
    public void Dilation_OfTheFullyConnectedLayer_KeepsTheMapsOfAPoolOfStrideOne()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new AlexNet(Small with { LastPoolStride = 1, FullyConnectedDilation = 2, FullyConnectedPad = 5 }, Color);
        var maps = network.ForwardLayers(zeros(1, 3, 100, 100));
        CollectionAssert.AreEqual(
            new[] { "8 50 50", "8 25 25", "8 12 12", "8 12 12", "8 12 12", "16 10 10", "12 10 10" },
            maps.Select(map => string.Join(' ', map.shape.Skip(1))).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Images_OfTheSmallestSide_PassThroughAndSmallerOnesAreRefused(bool roundsUp)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = new AlexNet(Small with { PoolsRoundUp = roundsUp }, Color);
        network.eval();
        var message = Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, 8, 8))).Message;
        var side = int.Parse(System.Text.RegularExpressions.Regex.Match(message, @"at least (\d+)×").Groups[1].Value);
        Assert.AreEqual(12, network.Forward(zeros(1, 3, side, side)).shape[1]);
        Assert.ThrowsExactly<ExperimentException>(() => network.Forward(zeros(1, 3, side - 1, side - 1)));
        Assert.Throws<Exception>(() => Unchecked(side - 1), "libtorch refuses it too");

        void Unchecked(int side)
        {
            var x = zeros(1, 3, side, side);
            foreach (var (i, layer) in network.modules().OfType<TorchSharp.Modules.Conv2d>().Index())
            {
                x = layer.call(x);
                x = i is 0 or 1 or 4 ? nn.functional.max_pool2d(x, 3, stride: 2, ceil_mode: roundsUp) : x;
            }
        }
    }

    [TestMethod]
    public void Validate_ListsAndGroupsThatDoNotFit_AreNamed()
    {
        Assert.Contains("\"maps\" must be 5 numbers", Problem(new() { Maps = [8, 8] }));
        Assert.Contains("multiples of the \"groups\"", Problem(new() { Maps = [96, 255, 384, 384, 256] }));
        Assert.Contains("there are 7", Problem(new() { BatchNorm = [8] }));
        Assert.AreEqual("", Problem(new()));

        static string Problem(AlexNetOptions options) => string.Join('\n', options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage));
    }
}
