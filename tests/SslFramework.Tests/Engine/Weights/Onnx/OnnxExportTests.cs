using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SslFramework.Core.Backbones.Historical;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Backbones.Transformers;
using SslFramework.Engine.Weights.Onnx;
using SslFramework.Plugins.BEiT;
using SslFramework.Plugins.ConvNeXt;
using SslFramework.Plugins.IGPT;
using SslFramework.Plugins.MobileNet;
using SslFramework.Plugins.RegNet;
using SslFramework.Plugins.RevNet;
using SslFramework.Plugins.Swin;
using static TorchSharp.torch;

namespace SslFramework.Tests.Engine.Weights.Onnx;

/// <summary>ONNX Runtime computes the features that the backbone itself does, for one image and for several.</summary>
[TestClass]
public class OnnxExportTests
{
    private static readonly DataInfo Color = new(1, 3);
    private static readonly VisionTransformerOptions Small = new() { ImageSize = 32, PatchSize = 8, Dimension = 32, Depth = 2, Heads = 2 };
    private static readonly SwinOptions SmallSwin = new() { Width = 16, HeadDimension = 8, BlocksPerStage = [2, 2, 1], WindowSize = 4 };
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Delete() => File.Delete(path);

    public static IEnumerable<object[]> Backbones =>
    [
        ["resnet18", 64, () => (IBackbone)new ResNet18(new(), Color)],
        ["resnet18, small stem", 32, () => (IBackbone)new ResNet18(new() { Stem = ResNetStem.Small, Width = 16 }, Color)],
        ["resnet34", 64, () => (IBackbone)new ResNet34(new() { Width = 16 }, Color)],
        ["resnet50", 64, () => (IBackbone)new ResNet50(new(), Color)],
        ["resnext50", 64, () => (IBackbone)new ResNeXt50(new() { Width = 16 }, Color)],
        ["wide-resnet50", 64, () => (IBackbone)new WideResNet50(new() { Width = 16 }, Color)],
        ["resnet161, few blocks", 64, () => (IBackbone)new ResNet161(new() { Width = 8, BlocksPerStage = [1, 1, 2] }, Color)],
        ["vit-tiny", 64, () => (IBackbone)new TinyVisionTransformer(new() { ImageSize = 64 }, Color)],
        ["vit-base, two blocks", 64, () => (IBackbone)new BaseVisionTransformer(new() { ImageSize = 64, Depth = 2 }, Color)],
        ["mean of tokens", 32, () => (IBackbone)new VisionTransformer(new() { ImageSize = 32, PatchSize = 8, Dimension = 32, Depth = 2, Heads = 2, Pooling = TokenPooling.Mean }, Color)],
        ["without class token", 32, () => (IBackbone)new VisionTransformer(new() { ImageSize = 32, PatchSize = 8, Dimension = 32, Depth = 2, Heads = 2, ClassToken = false, Pooling = TokenPooling.Mean }, Color)],
        ["registers and layer scale", 32, () => (IBackbone)new VisionTransformer(Small with { RegisterTokens = 3, LayerScale = 0.5 }, Color)],
        ["registers alone", 32, () => (IBackbone)new VisionTransformer(Small with { RegisterTokens = 3, ClassToken = false, Pooling = TokenPooling.Mean }, Color)],
        ["relative positions", 32, () => (IBackbone)new VisionTransformer(Small with { Positions = PositionKind.None, RelativePositions = RelativePositionKind.Shared, QkvBias = QkvBias.QueryValue }, Color)],
        ["relative positions of each block", 32, () => (IBackbone)new VisionTransformer(Small with { RelativePositions = RelativePositionKind.PerBlock, QkvBias = QkvBias.None }, Color)],
        ["alexnet", 227, () => (IBackbone)new AlexNet(new() { Maps = [16, 16, 16, 16, 16], FullyConnected = [32, 24] }, Color)],
        ["alexnet of linear layers", 64, () => (IBackbone)new AlexNet(new() { Maps = [16, 16, 16, 16, 16], Pads = [5, 2, 1, 1, 1], LocalResponseNorm = false, BatchNorm = [1, 3, 6], BatchNormScale = false, BatchNormAfterRelu = true, LeakyRelu = 0.2, PoolsRoundUp = false, FullyConnected = [32], FullyConnectedKind = FullyConnectedKind.Linear, FullyConnectedSide = 1 }, Color)],
        ["jigsaw-alexnet", 64, () => (IBackbone)new JigsawAlexNet(Color)],
        ["context-alexnet", 96, () => (IBackbone)new ContextAlexNet(Color)],
        ["revnet50", 64, () => (IBackbone)new RevNet50(new() { Width = 16 }, Color)],
        ["revnet50, small stem", 30, () => (IBackbone)new RevNet50(new() { Width = 4, Stem = ResNetStem.Small }, Color)],
        ["batch norm in the blocks", 32, () => (IBackbone)new VisionTransformer(Small with { MlpNorm = MlpNorm.Batch }, Color)],
        ["causal", 32, () => (IBackbone)new VisionTransformer(Small with { Causal = true, Pooling = TokenPooling.Mean }, Color)],
        ["convnext-tiny", 48, () => (IBackbone)new ConvNeXtTiny(new() { Width = 16, BlocksPerStage = [1, 2, 1], LayerScale = 0.5 }, Color)],
        ["convnext-tiny, lowered stride", 48, () => (IBackbone)new ConvNeXtTiny(new() { Width = 16, BlocksPerStage = [1, 2, 1], LayerScale = 0.5 }, Color) { OutputStride = 4 }],
        ["swin-tiny", 48, () => (IBackbone)new SwinTiny(SmallSwin, Color)],
        ["swin-tiny, padded", 28, () => (IBackbone)new SwinTiny(SmallSwin, Color)],
        ["regnety-400mf", 40, () => (IBackbone)new RegNetY400mf(new() { Depth = 4 }, Color)],
        ["dvae-encoder", 32, () => (IBackbone)new DvaeEncoder(new() { Layers = 2, Width = 8, Vocabulary = 20 }, Color)],
        ["mobilenet-v3-small", 40, () => (IBackbone)new MobileNetV3Small(new() { WidthMultiplier = 0.5 }, Color)],
    ];

    [TestMethod]
    [DynamicData(nameof(Backbones))]
    public void Write_Backbone_GivesItsFeatures(string name, int side, Func<IBackbone> create)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        manual_seed(1);
        var backbone = create();
        foreach (var weight in backbone.Module.parameters().Where(weight => weight.ndim == 1 || weight.shape[^1] == 2)) // relative positions are of two heads
        {
            weight.add_(0.1 * randn_like(weight)); // biases and norms that start at 0 and 1 would hide mistakes
        }

        backbone.Module.train();
        backbone.Forward(rand(4, 3, side, side)); // running statistics of their own
        backbone.Module.eval();
        OnnxExport.Write(backbone, path);

        using var session = new InferenceSession(path, new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });
        foreach (var count in new[] { 1, 3 })
        {
            var images = rand(count, 3, side, side);
            var expected = backbone.Forward(images);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(images.data<float>().ToArray(), [count, 3, side, side]))]);
            var features = results.Single(result => result.Name == "features").AsTensor<float>();
            CollectionAssert.AreEqual(new[] { count, backbone.FeatureDimension }, features.Dimensions.ToArray());
            var difference = (tensor(features.ToArray()).view(count, -1) - expected).abs().max().item<float>();
            Console.WriteLine($"{name}: largest difference {difference:E2} of features up to {expected.abs().max().item<float>():F2}");
            Assert.IsLessThan(1e-4f, difference, name);
        }
    }

    [TestMethod]
    public void Write_AResidualNetworkWithLayerNorm_IsRefusedInASentence()
    {
        using var backbone = new ResNet18(new() { Normalization = new() { Kind = NormalizationKind.LayerNorm } }, Color);
        StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => OnnxExport.Write(backbone, path)).Message, "this one has layer norm");
    }

    [TestMethod]
    public void Write_AnotherBackbone_IsRefusedInASentence()
    {
        using var scope = NewDisposeScope();
        foreach (var backbone in new IBackbone[] { new RotNetNin(new(), Color), new PixelTransformer(new() { ImageSide = 8, Dimension = 8, Depth = 1, Heads = 2 }, Color) })
        {
            Assert.IsFalse(OnnxExport.Supports(backbone));
            StringAssert.Contains(Assert.ThrowsExactly<ExperimentException>(() => OnnxExport.Write(backbone, path)).Message, $"{backbone.GetType().Name} is none of them");
        }
    }
}
