using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal sealed class ChannelsLastTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Of_Maps_AreTheSameValuesWithChannelsSideBySide(int channels)
    {
        var maps = arange(2 * channels * 4 * 5, float32).view(2, channels, 4, 5);

        var last = ChannelsLast.Of(maps);

        CollectionAssert.AreEqual(new long[] { 4 * 5 * channels, 1, 5 * channels, channels }, last.stride());
        Assert.IsTrue(last.Equals(maps));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Of_PartOfALargerTensor_IsThatPart(int channels)
    {
        var views = arange(2 * 2 * channels * 4 * 5, float32).view(2, 2, channels, 4, 5);

        Assert.IsTrue(ChannelsLast.Of(views[1]).Equals(views[1]));
        Assert.IsTrue(ChannelsLast.Of(ChannelsLast.Of(views[1]).narrow(0, 1, 1)).Equals(views[1].narrow(0, 1, 1)));
    }

    [TestMethod]
    public void Of_MapsOfThisLayout_AreNotCopied()
    {
        var last = ChannelsLast.Of(ones(2, 3, 4, 5));

        var again = ChannelsLast.Of(last);
        last.zero_();

        Assert.AreEqual(0, again.sum().item<float>());
    }

    [TestMethod]
    public void Mean_IsThatOfEachMap_AndItsGradientKeepsTheLayout()
    {
        manual_seed(1);
        var maps = ChannelsLast.Of(randn(2, 3, 4, 5)).requires_grad_();

        var means = ChannelsLast.Mean(GradientStrides.apply(maps));
        means.mul(tensor(new float[] { 1, 2, 3 })).sum().backward();

        Assert.IsTrue(means.allclose(maps.mean([2, 3])));
        Assert.IsTrue(maps.grad!.allclose(tensor(new float[] { 1, 2, 3 }).view(1, 3, 1, 1).div(20).expand(2, 3, 4, 5)));
        CollectionAssert.AreEqual(maps.stride(), GradientStrides.Seen);
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(16)]
    public void ResNet_FromImagesToLastMaps_KeepsTheLayout(int width)
    {
        var network = new ResNet18(new ResNetOptions { Stem = ResNetStem.Small, Width = width, BlocksPerStage = [1, 1] }, new DataInfo(10, 1));

        foreach (var maps in network.ForwardLayers(randn(2, 1, 8, 8)))
        {
            CollectionAssert.AreEqual(ChannelsLast.Of(maps.contiguous()).stride(), maps.stride());
        }
    }

    /// <summary>What the gradient looks like on its way: a leaf lays out its own as itself.</summary>
    private sealed class GradientStrides : autograd.SingleTensorFunction<GradientStrides>
    {
        public static long[] Seen { get; private set; } = [];

        public override string Name => nameof(GradientStrides);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).clone();

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad)
        {
            Seen = grad.stride();
            return [grad];
        }
    }
}
