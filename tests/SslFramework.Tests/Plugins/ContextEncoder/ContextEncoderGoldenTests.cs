using SslFramework.Plugins.ContextEncoder;
using TorchSharp;

namespace SslFramework.Tests.Plugins.ContextEncoder;

/// <summary>Beside the authors' formulas, in float64.</summary>
[TestClass]
public class ContextEncoderGoldenTests
{
    [TestMethod]
    public void Losses_OfAPrediction_AreTheAuthors()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "context_encoder");
        var (prediction, target, w) = (golden.Input("prediction").requires_grad_(), golden.Input("target"), golden.Input("w"));
        var weights = InpaintingLoss.BorderWeights(target, (int)golden.Config("overlap"), golden.Config("border_weight"));
        var share = golden.Config("wtl2");

        var reconstruction = InpaintingLoss.Reconstruction(prediction, target, weights);
        var deceived = InpaintingLoss.Generator(Logits(prediction));
        ((reconstruction * share) + (deceived * (1 - share))).backward();

        Golden.AssertClose(golden.Number("weighted_l2"), reconstruction.item<double>(), 1e-9, "weighted error");
        Golden.AssertClose(golden.Number("bce"), deceived.item<double>(), 1e-9, "generator's loss");
        Golden.AssertStats(golden["gradient"], prediction.grad!, 1e-7, "gradient");
        var plain = InpaintingLoss.Reconstruction(prediction, target, ones_like(target));
        Golden.AssertClose(golden.Number("l2"), plain.item<double>(), 1e-9, "error");
        var judged = InpaintingLoss.Discriminator(Logits(target), Logits(prediction));
        Golden.AssertClose(golden.Number("discriminator"), judged.item<double>(), 1e-9, "discriminator's loss");

        Tensor Logits(Tensor squares) => (squares * w).sum([1, 2, 3]).unsqueeze(1);
    }

    [TestMethod]
    public void ChannelwiseLinear_OfGivenMatrices_IsTheAuthorsGroupedConvolution()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "channelwise_linear");
        var layer = new ChannelwiseLinear(3, 4);
        layer.to(float64);
        var weight = layer.get_parameter("weight")!;
        using (no_grad())
        {
            weight.copy_(golden.Input("W"));
        }

        var (x, probe) = (golden.Input("x").requires_grad_(), golden.Input("probe").requires_grad_());
        var loss = (layer.call(x.view(2, 3, 2, 2)).flatten(2) * probe).sum();
        loss.backward();
        golden.AssertLoss(loss);
        golden.AssertGradients(("x", x), ("W", weight), ("probe", probe));
    }

    [TestMethod]
    public void ChannelwiseLinear_OfTheSmallExperiment_HasAMatrixPerChannelAndMixesNone()
    {
        using var scope = NewDisposeScope();
        var layer = new ChannelwiseLinear(64, 49);
        Assert.AreEqual(153_664, layer.parameters().Sum(parameter => parameter.numel()));
        var maps = TestMaps(7);
        var changed = maps.clone();
        changed[.., 1].fill_(5);
        var (one, other) = (layer.call(maps), layer.call(changed));
        var same = one.eq(other).all(3).all(2)[0];
        Assert.IsFalse(same[1].ToBoolean());
        Assert.AreEqual(63, same.sum().ToInt32());

        using var gradient = no_grad();
        layer.get_parameter("weight")!.copy_(eye(49).expand(64, 49, 49));
        Assert.IsLessThan(1e-6, (layer.call(maps) - maps).abs().max().ToDouble(), "identities change nothing");

        static Tensor TestMaps(long side) => linspace(-1, 1, 64 * side * side).view(1, 64, side, side);
    }

    [TestMethod]
    public void BorderWeights_OfFourByFour_GiveTheExample()
    {
        using var scope = NewDisposeScope();
        var target = zeros(1, 1, 4, 4, float64);
        var loss = InpaintingLoss.Reconstruction(target + 1, target, InpaintingLoss.BorderWeights(target, 1, 10));
        Assert.AreEqual(7.75, loss.item<double>(), 1e-12); // (12 · 10 + 4) / 16
        Golden.AssertValues(Golden.Open("examples.json").GetProperty("values").GetProperty("context encoder border"), loss, 1e-9, "the example");
    }
}
