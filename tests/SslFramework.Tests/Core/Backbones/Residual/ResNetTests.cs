using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Tests.Plugins;

namespace SslFramework.Tests.Core.Backbones.Residual;

[TestClass]
public class ResNetTests
{
    private static readonly DataInfo Color = new(100, 3);

    [TestMethod]
    public void Parameters_OfEveryVariant_AreAsManyAsPublished()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(11_689_512 - (513 * 1000), Count(new ResNet18(new ResNetOptions(), Color)));
        Assert.AreEqual(21_797_672 - (513 * 1000), Count(new ResNet34(new ResNetOptions(), Color)));
        Assert.AreEqual(23_770_304 - (2049 * 128), Count(new ResNet50(new ResNetOptions(), Color)));
    }

    /// <summary>SimCLR's tables say 24, 94 and 375 million.</summary>
    [TestMethod]
    [DataRow(64, 24)]
    [DataRow(128, 94)]
    [DataRow(256, 375)]
    public void Parameters_OfSimClrsWidths_AreAsManyAsPublished(int width, int millions)
    {
        using var device = new DefaultDevice(META);
        using var network = new ResNet50(new ResNetOptions { Width = width }, Color);
        Assert.AreEqual(millions, Math.Round(network.parameters().Sum(p => p.NumberOfElements) / 1e6));
    }

    /// <summary>161 layers: the first convolution, three in each of 53 blocks, and the classifier.</summary>
    [TestMethod]
    public void ResNet161_EndsAfterThreeStages_TheLastOfWhichIsWide()
    {
        using var device = new DefaultDevice(META);
        using var network = new ResNet161(new ResNetOptions(), Color);
        Assert.AreEqual(161 - 1, network.named_parameters().Count(p => p.name.Contains("conv", StringComparison.Ordinal)));
        Assert.AreEqual(4096, network.FeatureDimension);
        CollectionAssert.AreEqual(new long[] { 512, 512, 3, 3 }, network.get_parameter("layer3.45.conv2.weight")!.shape);
        CollectionAssert.AreEqual(new[] { "conv1", "layer1", "layer2", "layer3" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    [TestMethod]
    public void OutputStride_Lowered_KeepsWhatLiesAtSharedPlaces()
    {
        var options = new ResNetOptions { Width = 8, BlocksPerStage = [2, 2, 2, 2] };
        TorchvisionNetwork.AssertLowersItsStride(new ResNet18(options, Color), 64, 96);
        TorchvisionNetwork.AssertLowersItsStride(new ResNet50(options, Color), 64, 96);
        TorchvisionNetwork.AssertLowersItsStride(new ResNet18(options with { Stem = ResNetStem.Small }, Color), 32, 16);
        var network = new ResNet18(options, Color);
        var error = Assert.ThrowsExactly<ExperimentException>(() => network.OutputStride = 2); // images are pooled before the first stage
        StringAssert.Contains(error.Message, "a stride of 4, 8, 16, 32, but 2 was asked for");
    }

    [TestMethod]
    public void Groups_ThatDoNotFit_AreRefusedInASentence()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => new ResNeXt50(new ResNetOptions { Width = 8 }, Color)).Message,
            "The backbone \"resnext50\" has no channel left inside its blocks");
        StringAssert.Contains(
            Assert.ThrowsExactly<ExperimentException>(() => new ResNet18(new ResNetOptions { Groups = 2 }, Color)).Message,
            "The backbone \"resnet18\" has blocks without groups");
    }

    [TestMethod]
    [DataRow(NormalizationKind.BatchNorm)]
    [DataRow(NormalizationKind.SplitBatchNorm)]
    [DataRow(NormalizationKind.LayerNorm)]
    public void Layers_HoldEveryParameterOnce(NormalizationKind kind)
    {
        using var network = Tiny(new NormalizationOptions { Kind = kind, Splits = 2 });
        network.to(float64); // replaces the parameter objects

        CollectionAssert.AreEqual(
            network.named_parameters().Select(p => p.parameter.Handle).ToArray(),
            network.Layers.SelectMany(layer => layer.Parameters).Select(p => p.Handle).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1", "layer1", "layer2", "layer3" }, network.Layers.Select(layer => layer.Name).ToArray());
    }

    [TestMethod]
    public void LayerNorm_NoImageSeesAnother_AndMapsAreNormalizedOverChannelsAndPlaces()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny(new NormalizationOptions { Kind = NormalizationKind.LayerNorm });
        var images = Golden.Tensor("images", [3, 1, 12, 12]);
        Assert.IsTrue(network.Forward(images).narrow(0, 1, 1).allclose(network.Forward(images.narrow(0, 1, 1)), rtol: 1e-4, atol: 1e-5));

        using var norm = new NormalizationOptions { Kind = NormalizationKind.LayerNorm }.Create(5);
        var maps = Golden.Tensor("maps", [2, 5, 3, 3], 4, 1);
        var (mean, variance) = (maps.mean([1, 2, 3], keepdim: true), maps.var([1, 2, 3], unbiased: false, keepdim: true));
        Assert.IsTrue(norm.call(maps).allclose((maps - mean) / (variance + 1e-5).sqrt(), rtol: 1e-4, atol: 1e-5));
        CollectionAssert.AreEqual(new[] { "weight", "bias" }, norm.state_dict().Keys.ToArray());
    }

    [TestMethod]
    public void ForwardLayers_SmallStem_KeepsTheSizeAndHalvesItEveryStage()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny(new NormalizationOptions());

        var maps = network.ForwardLayers(zeros(2, 1, 12, 12));

        CollectionAssert.AreEqual(new long[] { 2, 4, 12, 12 }, maps[0].shape);
        CollectionAssert.AreEqual(new long[] { 2, 16, 12, 12 }, maps[1].shape);
        CollectionAssert.AreEqual(new long[] { 2, 32, 6, 6 }, maps[2].shape);
        CollectionAssert.AreEqual(new long[] { 2, 64, 3, 3 }, maps[3].shape);
        Assert.AreEqual(64, network.FeatureDimension);
    }

    [TestMethod]
    public void Forward_AndForwardLayers_LeaveNothingBehindButTheirResults()
    {
        using var network = Tiny(new NormalizationOptions());
        using var images = zeros(2, 1, 12, 12);
        using var scope = NewDisposeScope();

        network.Forward(images);
        Assert.AreEqual(1, scope.DisposablesCount);
        network.ForwardLayers(images);
        Assert.AreEqual(1 + 4, scope.DisposablesCount);
    }

    [TestMethod]
    public void Weights_AtTheStart_AreKaimingNormalOverFanOut()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ResNet18(new ResNetOptions(), Color);

        var weight = network.get_parameter("layer3.0.conv1.weight")!;
        Assert.AreEqual(Math.Sqrt(2.0 / (256 * 9)), weight.std().item<float>(), 1e-4);
        Assert.AreEqual(1f, network.get_parameter("layer3.0.bn2.weight")!.min().item<float>());
        Assert.AreEqual(0f, network.get_parameter("layer3.0.bn2.bias")!.abs().max().item<float>());
    }

    [TestMethod]
    public void ZeroInitResidual_BlockWithoutDownsample_StartsAsTheIdentity()
    {
        using var scope = NewDisposeScope();
        using var network = new ResNet50(
            new ResNetOptions { Width = 4, BlocksPerStage = [1, 2], Stem = ResNetStem.Small, ZeroInitResidual = true }, Color);

        Assert.AreEqual(0f, network.get_parameter("layer1.0.bn3.weight")!.abs().max().item<float>());
        Assert.AreEqual(0f, network.get_parameter("layer2.1.bn3.weight")!.abs().max().item<float>());
        Assert.AreEqual(1f, network.get_parameter("layer2.1.bn2.weight")!.min().item<float>());
    }

    [TestMethod]
    public void Constructor_OnTheMetaDevice_TakesNoMemory()
    {
        using var device = new DefaultDevice(META);
        using var network = new ResNet50(
            new ResNetOptions { Normalization = new NormalizationOptions { Kind = NormalizationKind.SplitBatchNorm } }, Color);

        Assert.IsTrue(network.state_dict().Values.All(value => value.device_type == DeviceType.META));
        Assert.AreEqual(23_508_032, network.parameters().Sum(p => p.NumberOfElements));
    }

    [TestMethod]
    public void Forward_AfterAMove_StillRuns()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny(new NormalizationOptions { Kind = NormalizationKind.SplitBatchNorm, Splits = 2 });
        network.to(float64);

        var features = network.Forward(zeros(2, 1, 12, 12, float64));

        CollectionAssert.AreEqual(new long[] { 2, 64 }, features.shape);
        Assert.AreEqual(float64, features.dtype);
    }

    [TestMethod]
    public void Validate_StageWithoutBlocks_IsRefused()
    {
        var options = new ResNetOptions { BlocksPerStage = [2, 0] };
        Assert.IsFalse(Validator.TryValidateObject(options, new ValidationContext(options), null, true));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void DropPath_InTraining_SkipsTheLastBranchOfSomeImages_AndRaisesThatOfTheOthers(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(2);
        using var network = WithDropPath(bottleneck, 0.25, blocks: 2);
        using var first = WithDropPath(bottleneck, 0.25, blocks: 1); // which is never skipped
        Golden.SetWeights(network, "drop");
        Golden.SetWeights(first, "drop");
        var image = Golden.Tensor("images", [1, 1, 6, 6]);
        var input = first.ForwardLayers(image)[^1];
        network.eval();
        var whole = network.ForwardLayers(image)[^1];
        network.train();

        var output = network.ForwardLayers(image.expand(2000, 1, 6, 6))[^1];

        var skipped = (output - input).abs().amax([1, 2, 3]).lt(1e-5); // [N]
        Assert.AreEqual(0.25f, skipped.to(float32).mean().item<float>(), 0.03f);
        var branch = whole - input; // where the rectifier let it through
        var kept = output[skipped.logical_not()];
        var expected = ((branch / 0.75) + input).relu().expand_as(kept);
        var through = whole.gt(0).expand_as(kept);
        Assert.IsTrue(kept[through].allclose(expected[through], 1e-3, 1e-4), "the mean over images stays");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void DropPath_InEvaluationOrOfZero_ChangesNoBitAndDrawsNoNumber(bool bottleneck)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var network = WithDropPath(bottleneck, 0.5, blocks: 2);
        using var plain = WithDropPath(bottleneck, 0, blocks: 2);
        plain.load_state_dict(network.state_dict());
        var images = Golden.Tensor("images", [3, 1, 6, 6]);
        var random = get_rng_state();
        network.DropPath = 0;
        Assert.IsTrue(network.Forward(images).equal(plain.Forward(images)).all().item<bool>(), "in training, of zero");
        network.DropPath = 0.5;
        Assert.AreEqual(0.5, network.DropPath);
        network.eval();
        plain.eval();
        Assert.IsTrue(network.Forward(images).equal(plain.Forward(images)).all().item<bool>(), "in evaluation");
        Assert.AreEqual(random, get_rng_state());
    }

    /// <summary>Of a norm for each image alone, so that no image sees which others were skipped.</summary>
    private static ResNet WithDropPath(bool bottleneck, double dropPath, int blocks)
    {
        var options = new ResNetOptions
        {
            Stem = ResNetStem.Small,
            Width = 4,
            BlocksPerStage = [blocks],
            Normalization = new NormalizationOptions { Kind = NormalizationKind.LayerNorm },
            DropPath = dropPath,
        };
        return bottleneck ? new ResNet50(options, new DataInfo(100, 1)) : new ResNet18(options, new DataInfo(100, 1));
    }

    private static ResNet50 Tiny(NormalizationOptions normalization) => new(
        new ResNetOptions
        {
            Stem = ResNetStem.Small,
            Width = 4,
            BlocksPerStage = [1, 2, 1],
            Normalization = normalization,
        },
        new DataInfo(100, 1));

    private static long Count(ResNet network)
    {
        var count = network.parameters().Sum(p => p.NumberOfElements);
        network.Dispose();
        return count;
    }
}
