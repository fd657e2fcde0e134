using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.ConvNeXt;

/// <summary>
/// A convolutional network made like a transformer, with the state-dict keys and start weights of torchvision. The norm of the mean over
/// the last maps (torchvision's <c>classifier.0</c>, timm's <c>head.norm</c>) belongs to the features. Liu et al. 2022,
/// https://arxiv.org/abs/2201.03545
/// </summary>
public abstract class ConvNeXt : StagedNetwork
{
    internal const double NormEpsilon = 1e-6;
    private const double Deviation = 0.02; // truncated at a hundred deviations by torchvision

    private readonly Sequential features;
    private readonly Sequential classifier;
    private readonly int smallestSide;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="size">Channels and blocks for options that have none.</param>
    private protected ConvNeXt(ConvNeXtOptions options, DataInfo data, ConvNeXtSize size)
        : base("convnext", options.Channels ?? data.Channels, StagesOf(options, options.Channels ?? data.Channels, size))
    {
        smallestSide = OutputStride;
        features = nn.Sequential(StageModules);
        classifier = nn.Sequential(nn.LayerNorm(FeatureDimension, eps: NormEpsilon));
        register_module(nameof(features), features);
        register_module(nameof(classifier), classifier);
        foreach (var layer in modules())
        {
            if (layer is Conv2d or Linear)
            {
                nn.init.normal_(layer.get_parameter("weight")!, 0, Deviation);
                nn.init.zeros_(layer.get_parameter("bias")!);
            }
        }

        DropPath = options.DropPath;
    }

    /// <summary><c>stem</c>, <c>stage1</c>, <c>stage2</c> and so on; the last has the norm of the features too.</summary>
    public override IReadOnlyList<BackboneLayer> Layers =>
        [.. base.Layers.SkipLast(1), new(Stages[^1].Name, [.. base.Layers[^1].Parameters, .. classifier.parameters()])];

    /// <summary>Normalizes the means over the last maps.</summary>
    public override Tensor FeaturesOf(IReadOnlyList<Tensor> layers)
    {
        using var scope = NewDisposeScope();
        return classifier.call(ChannelsLast.Mean(layers[^1])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string AddNodes(OnnxGraph graph, string input) => graph.Add(classifier, base.AddNodes(graph, input));

    /// <inheritdoc/>
    protected override void Check(Tensor images) => SmallestImage.Require(
        images, smallestSide, "convnext", "lower \"patchSize\" in \"backbone\", or resize the images");

    private static List<NetworkStage> StagesOf(ConvNeXtOptions options, int channels, ConvNeXtSize size)
    {
        var (width, blocks) = (options.Width ?? size.Width, options.BlocksPerStage ?? size.BlocksPerStage);
        var patches = nn.Conv2d(channels, width, options.PatchSize, stride: options.PatchSize);
        var stages = new List<NetworkStage>
        {
            new("stem", [nn.Sequential(patches, new MapLayerNorm(width, NormEpsilon))], width, options.PatchSize),
        };
        for (var s = 0; s < blocks.Count; s++, width *= 2)
        {
            var stage = nn.Sequential([.. Enumerable.Range(0, blocks[s]).Select(_ => new ConvNeXtBlock(width, options))]);
            stages.Add(s == 0
                ? new($"stage{s + 1}", [stage], width)
                : new($"stage{s + 1}", [new Downsampling(width / 2, width), stage], width, Stride: 2));
        }

        return stages;
    }
}
