using SslFramework.Core.Backbones.Residual;

namespace SslFramework.Tests.Core.Backbones.Residual;

[TestClass]
internal class SplitBatchNorm2dTests
{
    private const int Channels = 3;
    private const int Splits = 4;

    [TestMethod]
    public void Keys_AreBatchNorm2ds()
    {
        using var split = new SplitBatchNorm2d(Channels, Splits);
        using var ordinary = nn.BatchNorm2d(Channels);
        CollectionAssert.AreEqual(ordinary.state_dict().Keys.ToArray(), split.state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void Training_EveryGroup_IsNormalisedAsByALayerOfItsOwn()
    {
        using var scope = NewDisposeScope();
        using var split = new SplitBatchNorm2d(Channels, Splits);
        Golden.SetWeights(split, "split");
        var images = Golden.Tensor("images", [8, Channels, 5, 5], 2).requires_grad_();
        var probe = Golden.Tensor("probe", [8, Channels, 5, 5]);
        var output = split.call(images);
        (output * probe).sum().backward();

        Tensor means = zeros(Channels), variances = zeros(Channels), weightGradient = zeros(Channels);
        for (var group = 0; group < Splits; group++)
        {
            using var ordinary = nn.BatchNorm2d(Channels);
            Golden.SetWeights(ordinary, "split");
            var members = tensor(new long[] { group, group + Splits });
            var own = images.detach().index_select(0, members).requires_grad_();
            var expected = ordinary.call(own);
            (expected * probe.index_select(0, members)).sum().backward();

            AssertClose(expected, output.index_select(0, members));
            AssertClose(own.grad!, images.grad!.index_select(0, members));
            means += ordinary.running_mean! / Splits;
            variances += ordinary.running_var! / Splits;
            weightGradient += ordinary.weight!.grad!;
        }

        var state = split.state_dict();
        AssertClose(means, state["running_mean"]);
        AssertClose(variances, state["running_var"]);
        AssertClose(weightGradient, split.get_parameter("weight")!.grad!);
        Assert.AreEqual(1, state["num_batches_tracked"].item<long>());
    }

    [TestMethod]
    public void Evaluation_IsOrdinaryBatchNorm()
    {
        using var scope = NewDisposeScope();
        using var split = new SplitBatchNorm2d(Channels, Splits);
        using var ordinary = nn.BatchNorm2d(Channels);
        Golden.SetWeights(split, "split");
        Golden.SetWeights(ordinary, "split");
        split.eval();
        ordinary.eval();
        var images = Golden.Tensor("images", [3, Channels, 5, 5], 2);

        AssertClose(ordinary.call(images), split.call(images));
    }

    [TestMethod]
    public void Training_UnequalGroups_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var split = new SplitBatchNorm2d(Channels, Splits);
        var error = Assert.ThrowsExactly<ExperimentException>(() => split.call(zeros(6, Channels, 2, 2)));
        StringAssert.Contains(error.Message, "6 images cannot be split into 4");
        StringAssert.Contains(error.Message, "set \"splits\" in the backbone's");
    }

    [TestMethod]
    public void Constructor_InsideADisposeScope_OutlivesIt()
    {
        SplitBatchNorm2d split;
        using (NewDisposeScope())
        {
            split = new SplitBatchNorm2d(Channels, Splits);
        }

        using (split)
        using (var output = split.call(ones(4, Channels, 2, 2)))
        {
            Assert.AreEqual(0f, output.abs().max().item<float>(), 1e-3f);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.IsTrue(expected.allclose(actual, 1e-5, 1e-6), $"{(expected - actual).abs().max().item<float>()}");
}
