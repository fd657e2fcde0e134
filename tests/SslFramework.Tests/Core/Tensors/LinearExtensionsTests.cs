using SslFramework.Core.Tensors;

namespace SslFramework.Tests.Core.Tensors;

[TestClass]
internal class LinearExtensionsTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AsConvolution_OfAnyShape_HasTheOutputAndGradientsOfTheLayer(bool bias)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var layer = nn.Linear(32, 48, hasBias: bias);
        var whole = randn(5, 20, 64);
        foreach (var input in new[] { randn(100, 32), randn(4, 25, 32), whole.narrow(2, 16, 32), randn(20, 5, 32).transpose(0, 1) })
        {
            var expected = Run(layer.call, input);
            foreach (var ours in new Func<Tensor, Tensor>[] { x => LinearExtensions.AsConvolution(layer, x), layer.Apply })
            {
                foreach (var (value, wanted) in Run(ours, input).Zip(expected))
                {
                    Assert.IsTrue(value.allclose(wanted, 1e-4, 1e-5), $"{(value - wanted).abs().max().ToSingle()}");
                }
            }
        }

        List<Tensor> Run(Func<Tensor, Tensor> forward, Tensor input)
        {
            layer.zero_grad();
            var leaf = input.detach().requires_grad_(true);
            var output = forward(leaf);
            (output * arange(output.numel(), float32).sin().view(output.shape)).sum().backward();
            return [output.detach(), leaf.grad!, .. layer.parameters().Select(p => p.grad!.clone())];
        }
    }

    [TestMethod]
    public void Apply_ALayerWithAHookOnItsOutput_RunsIt()
    {
        using var scope = NewDisposeScope();
        var (layer, input, runs) = (nn.Linear(32, 48), randn(100, 32), 0);
        var hook = layer.register_forward_hook((_, _, output) => { runs++; return output.mul(0); });
        Assert.AreEqual(0, layer.Apply(input).abs().max().ToSingle(), "the hook's output counts");
        Assert.AreEqual(1, runs);

        hook.remove();
        Assert.AreNotEqual(0, layer.Apply(input).abs().max().ToSingle());
        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public void Apply_AgainAndAgain_LeavesNothingBehind()
    {
        var layer = nn.Linear(32, 48);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            layer.Apply(randn(100, 32)).sum().backward();
        }
    }

    [TestMethod]
    public void Apply_OtherNumbersAndDevices_IsTheLayer()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(float64, nn.Linear(16, 16, dtype: float64).Apply(randn(100, 16, float64)).dtype);
        Assert.AreEqual(DeviceType.META, nn.Linear(16, 16, device: META).Apply(empty(100, 16, device: META)).device_type);
        CollectionAssert.AreEqual(new long[] { 3, 7 }, nn.Linear(5, 7).Apply(randn(3, 5)).shape);
    }
}
