using System.ComponentModel.DataAnnotations;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SslFramework.Engine.Weights.Onnx;
using SslFramework.Plugins.AMDIM;
using SslFramework.Testing;
using static TorchSharp.torch;

namespace SslFramework.Tests.Plugins.AMDIM;

[TestClass]
public class AmdimEncoderTests
{
    private static readonly DataInfo Color = new(10, 3);
    private static readonly AmdimEncoderOptions Tiny = new() { Width = 4, Dimension = 36, Depth = 2 };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Encoder_Contract_Holds(bool batchNorm) =>
        new BackboneContract(() => new AmdimEncoder(Tiny with { BatchNorm = batchNorm }, Color), new ViewShape(3, 32, 32)).Verify();

    [TestMethod]
    [DataRow(32)]
    [DataRow(64)]
    [DataRow(128)]
    public void Maps_OfImagesOfItsSize_AreSevenFiveAndOne(int size)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var encoder = new AmdimEncoder(Tiny with { ImageSize = size, Depth = 1 }, Color);
        var (whole, five, seven) = encoder.ForwardScales(zeros(2, 3, size, size));
        CollectionAssert.AreEqual(new long[] { 2, 36 }, whole.shape);
        CollectionAssert.AreEqual(new long[] { 2, encoder.LocalDimension, 5, 5 }, five.shape);
        CollectionAssert.AreEqual(new long[] { 2, encoder.LocalDimension, 7, 7 }, seven.shape);
        Assert.AreEqual(1, encoder.ForwardLayers(zeros(2, 3, size, size))[^1].shape[3]);
    }

    /// <summary>Residual layers start as average pools, whose new channels are 0.</summary>
    [TestMethod]
    public void Maps_OfAnUntrainedNetwork_ArePoolsOfItsFirstLayers()
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var layers = new AmdimEncoder(Tiny, Color).ForwardLayers(Golden.Tensor("images", [2, 3, 32, 32]));
        var pooled = nn.functional.avg_pool2d(nn.functional.avg_pool2d(layers[0], 4, 2), 2, 2);
        Assert.IsTrue(layers[3].narrow(1, 0, 4).allclose(pooled, rtol: 0, atol: 1e-6));
        Assert.AreEqual(0, layers[3].narrow(1, 4, 12).abs().max().ToDouble());
        Assert.IsTrue(layers[4].narrow(1, 0, 4).allclose(nn.functional.avg_pool2d(pooled, 3, 1), rtol: 0, atol: 1e-6));
    }

    /// <summary>The paper's reason for this network: a place knows its surroundings and no more.</summary>
    [TestMethod]
    public void Place_OfTheSevenBySeven_SeesEightByEightPixels()
    {
        using var scope = NewDisposeScope();
        var encoder = new AmdimEncoder(Tiny, Color);
        foreach (var weights in encoder.parameters())
        {
            nn.init.uniform_(weights, 0.1, 1); // no ReLU hides what lies behind it
        }

        var images = rand(1, 3, 32, 32).requires_grad_(true);
        encoder.ForwardScales(images).Seven[.., .., 2, 4].sum().backward();
        var seen = images.grad!.abs().sum([0, 1]).ne(0);
        Assert.IsTrue(seen.narrow(0, 8, 8).narrow(1, 16, 8).all().ToBoolean(), "steps of 4 pixels");
        Assert.AreEqual(64, seen.sum().ToInt64());
    }

    [TestMethod]
    public void Parameters_OfTheSmallNetwork_AreAsManyAsTheAuthors()
    {
        using var scope = NewDisposeScope();
        var encoder = new AmdimEncoder(new() { Width = 32, Dimension = 256, Depth = 1 }, Color);
        Assert.AreEqual(777_600, encoder.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(263_680, 2 * new LocalHead(128, 256).parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow(32, true)]
    [DataRow(128, false)]
    public void Onnx_OfTheNetwork_GivesItsFeatures(int size, bool batchNorm)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(1);
        var encoder = new AmdimEncoder(Tiny with { ImageSize = size, BatchNorm = batchNorm }, Color);
        foreach (var weight in encoder.parameters())
        {
            weight.add_(0.1 * randn_like(weight)); // convolutions that start at 0 would hide mistakes
        }

        encoder.Forward(rand(4, 3, size, size)); // running statistics of its own
        encoder.eval();
        var path = Path.GetTempFileName();
        OnnxExport.Write(encoder, path);
        using var session = new InferenceSession(path, new SessionOptions { IntraOpNumThreads = 1 });
        var images = rand(3, 3, size, size);
        var input = new DenseTensor<float>(images.data<float>().ToArray(), [3, 3, size, size]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("images", input)]);
        var features = tensor(results[0].AsEnumerable<float>().ToArray(), [3, encoder.FeatureDimension]);
        File.Delete(path);

        var expected = encoder.Forward(images);
        Assert.IsLessThan(1e-4, ((features - expected).abs().max() / expected.abs().max()).ToDouble());
    }

    [TestMethod]
    public void Images_OfAnotherSizeAndOptionsThatDoNotFit_AreRefused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ExperimentException>(() => new AmdimEncoder(Tiny, Color).Forward(zeros(1, 3, 28, 28)));
        Assert.Contains("32×32", error.Message);
        Assert.IsTrue(IsValid(Tiny));
        Assert.IsFalse(IsValid(Tiny with { ImageSize = 48 }));
        Assert.IsFalse(IsValid(Tiny with { Dimension = 15 }), "fewer than the local channels");

        static bool IsValid(AmdimEncoderOptions options) => Validator.TryValidateObject(options, new ValidationContext(options), null, true);
    }
}
