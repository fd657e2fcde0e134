using SslFramework.Core.Objectives;

namespace SslFramework.Tests.Core.Objectives;

[TestClass]
internal class HeadsTests
{
    [TestMethod]
    public void Mlp_MocoV3Projector_HasItsKeys()
    {
        using var head = Heads.Mlp(6, 8, 4, layers: 3, output: HeadNorm.Plain);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
                "3.weight", "4.weight", "4.bias", "4.running_mean", "4.running_var", "4.num_batches_tracked",
                "6.weight", "7.running_mean", "7.running_var", "7.num_batches_tracked",
            },
            head.state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void Mlp_MocoV3Predictor_HasThePublishedNumberOfParameters()
    {
        using var predictor = Heads.Mlp(256, 4096, 256, layers: 2, output: HeadNorm.Plain);
        Assert.AreEqual(2_105_344, predictor.parameters().Sum(p => p.NumberOfElements));
    }

    [TestMethod]
    public void Mlp_MocoV3Projectors_CompleteThePublishedEncoders()
    {
        using var resNet = Heads.Mlp(2048, 4096, 256, layers: 2, output: HeadNorm.Plain);
        using var transformer = Heads.Mlp(768, 4096, 256, layers: 3, output: HeadNorm.Plain);
        Assert.AreEqual(32_953_408 - 23_508_032, resNet.parameters().Sum(p => p.NumberOfElements));
        Assert.AreEqual(106_786_560 - 85_798_656, transformer.parameters().Sum(p => p.NumberOfElements));
    }

    [TestMethod]
    public void Mlp_WithoutNorms_IsLinearReluLinear()
    {
        using var scope = NewDisposeScope();
        using var head = Heads.Mlp(6, 8, 4, layers: 2, hidden: HeadNorm.None, bias: true);
        Golden.SetWeights(head, "head");
        var state = head.state_dict();
        var x = Golden.Tensor("x", [3, 6]);

        var hidden = nn.functional.linear(x, state["0.weight"], state["0.bias"]).clamp_min(0);
        var expected = nn.functional.linear(hidden, state["2.weight"], state["2.bias"]);

        Assert.IsTrue(expected.allclose(head.call(x)));
    }

    [TestMethod]
    public void Mlp_ScaleOnly_ScalesAndNeverShifts()
    {
        using var scope = NewDisposeScope();
        using var head = Heads.Mlp(6, 8, 4, layers: 2, output: HeadNorm.ScaleOnly);

        var output = head.call(Golden.Tensor("x", [16, 6]));
        output.square().sum().backward();

        Assert.IsTrue(output.mean([0]).abs().max().item<float>() < 1e-5, "zero mean over the batch");
        Assert.IsNotNull(head.get_parameter("4.weight")!.grad);
        Assert.IsNull(head.get_parameter("4.bias")!.grad);
        CollectionAssert.AreEqual(
            new[] { "4.bias" }, head.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => p.name).ToArray());
    }

    [TestMethod]
    public void Mlp_OneLayer_IsLinearWithTheOutputsNorm()
    {
        using var head = Heads.Mlp(6, 8, 4, layers: 1);
        CollectionAssert.AreEqual(new[] { "0.weight" }, head.state_dict().Keys.ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Heads.Mlp(6, 8, 4, layers: 0));
    }
}
