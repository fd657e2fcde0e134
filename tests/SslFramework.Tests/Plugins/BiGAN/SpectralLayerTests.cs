using SslFramework.Plugins.BiGAN;
using TorchSharp;

namespace SslFramework.Tests.Plugins.BiGAN;

[TestClass]
public class SpectralLayerTests
{
    /// <summary>PyTorch's, after 1, 2 and 50 forwards, with the gradient of the last.</summary>
    [TestMethod]
    public void Weights_AfterForwards_ArePyTorchs()
    {
        using var scope = NewDisposeScope();
        var golden = new GoldenCase("pretext.json", "spectral_norm");
        var layer = SpectralLayer.Convolution(4, 5, 3);
        layer.to(float64);
        var (weight, u) = (layer.get_parameter("weight")!, layer.get_buffer("u")!);
        using (no_grad())
        {
            weight.copy_(golden.Input("W"));
            u.copy_(nn.functional.normalize(golden.Input("u"), dim: 0));
        }

        var (images, probe) = (golden.Input("images"), golden.Input("probe"));
        for (var forward = 1; forward <= 50; forward++)
        {
            using var step = NewDisposeScope();
            var normalized = layer.Normalized();
            if (golden["forwards"].TryGetProperty(forward.ToString(), out var expected))
            {
                Golden.AssertStats(expected.GetProperty("weight"), normalized, 1e-9, $"weights of forward {forward}");
                Golden.AssertValues(expected.GetProperty("u"), u, 1e-9, $"u of forward {forward}");
                Golden.AssertStats(
                    expected.GetProperty("output"), nn.functional.conv2d(images, normalized), 1e-9, $"output of forward {forward}");
            }

            if (forward == 50)
            {
                (nn.functional.conv2d(images, normalized) * probe).sum().backward();
                Golden.AssertStats(golden["gradient_of_last"], weight.grad!, 1e-7, "gradient");
            }
        }
    }

    /// <summary>The invariant of the paper: the layer enlarges no difference.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Weights_AfterManyForwards_HaveTheLargestSingularValueOne(bool isConvolution)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var layer = isConvolution ? SpectralLayer.Convolution(3, 8, 3) : SpectralLayer.Linear(12, 7);
        var weight = layer.get_parameter("weight")!;
        using var gradient = no_grad();
        weight.copy_(randn(weight.shape) * 3);
        Enumerable.Range(0, 100).ToList().ForEach(_ => layer.Normalized().Dispose());
        var largest = linalg.svdvals(weight.flatten(1))[0];
        Assert.AreEqual(1, linalg.svdvals(layer.Normalized().flatten(1))[0].ToDouble(), 0.01);
        Assert.IsLessThan(0.01, (layer.Normalized() - (weight / largest)).abs().max().ToDouble());
    }

    [TestMethod]
    public void Vectors_InEvaluation_StayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var layer = SpectralLayer.Linear(6, 4);
        layer.eval();
        using (no_grad())
        {
            layer.get_parameter("weight")!.normal_();
        }

        var before = layer.get_buffer("u")!.clone();
        var first = layer.call(ones(1, 6));
        Assert.IsTrue(layer.call(ones(1, 6)).equal(first).all().ToBoolean());
        Assert.IsTrue(layer.get_buffer("u")!.equal(before).all().ToBoolean());
    }

    [TestMethod]
    public void Weights_OfANewLayer_HaveSingularValuesOfOneAlready()
    {
        using var scope = NewDisposeScope();
        var layer = SpectralLayer.Convolution(2, 5, 3);
        Assert.IsLessThan(1e-5, (linalg.svdvals(layer.Normalized().flatten(1)) - 1).abs().max().ToDouble());
    }
}
