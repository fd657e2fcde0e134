using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Engine.Evaluation;
using TorchSharp;

namespace SslFramework.Tests.Engine.Evaluation;

[TestClass]
internal class RescaledWeightsTests
{
    [TestMethod]
    public void Fit_EveryConvolution_GivesMeanZeroAndVarianceOne()
    {
        using var scope = NewDisposeScope();
        var backbone = new RotNetNin(new(), new DataInfo(1, 3));
        Golden.SetWeights(backbone, "nin");
        var images = Golden.Tensor("images", [16, 3, 16, 16], 2);

        RescaledWeights.Fit(backbone, images);

        backbone.eval();
        using var gradient = no_grad();
        var outputs = new List<Tensor>();
        foreach (var convolution in backbone.modules().OfType<TorchSharp.Modules.Conv2d>())
        {
            convolution.register_forward_hook((_, _, output) =>
            {
                outputs.Add(output.detach().clone().DetachFromDisposeScope());
                return output;
            });
        }

        backbone.Forward(images);
        Assert.IsNotEmpty(outputs);
        foreach (var output in outputs)
        {
            Assert.IsTrue(output.std([0, 2, 3], unbiased: false).allclose(ones(output.shape[1]), 1e-3, 1e-3));
            output.Dispose();
        }
    }

    [TestMethod]
    [DataRow(92)]
    [DataRow(96)] // whole vectors of channels: linear layers may be computed as convolutions
    public void Fit_ATransformer_RescalesEveryLinearLayer(int width)
    {
        using var scope = NewDisposeScope();
        using var backbone = new VisionTransformer(new() { ImageSize = 32, PatchSize = 4, Dimension = width, Depth = 1, Heads = 2 }, new DataInfo(1, 1));
        var layers = backbone.modules().OfType<TorchSharp.Modules.Linear>().ToArray();
        var before = layers.Select(layer => layer.weight.clone()).ToArray();
        Assert.HasCount(4, layers);

        RescaledWeights.Fit(backbone, Golden.Tensor("images", [16, 1, 32, 32]));

        foreach (var (layer, old) in layers.Zip(before))
        {
            Assert.IsFalse(layer.weight.allclose(old), $"{layer.weight.shape[0]} × {layer.weight.shape[1]}");
        }
    }

    [TestMethod]
    public void Fit_NetworkWithBatchNorm_GivesFeaturesOfUnitScaleInEvaluationMode()
    {
        using var scope = NewDisposeScope();
        using var backbone = new TinyBackbone();
        var images = MadeImages.Separable("images", 64, 3, 1).Read(64).Select(batch => batch.Images.clone()).First();

        RescaledWeights.Fit(backbone, images);

        backbone.eval();
        using var gradient = no_grad();
        var tokens = backbone.ForwardLayers(images)[1]; // [N, 9, 6], out of a linear layer with a bias
        Assert.IsTrue(tokens.mean([0, 1]).allclose(zeros(6), 1e-4, 1e-4));
        Assert.IsTrue(tokens.std([0, 1], unbiased: false).allclose(ones(6), 1e-3, 1e-3));
    }
}
