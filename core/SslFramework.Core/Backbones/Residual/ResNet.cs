using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Residual;

/// <summary>
/// A residual network with the state-dict keys and start weights of torchvision (stride on the bottleneck's 3×3).
/// He et al. 2016, https://arxiv.org/abs/1512.03385
/// </summary>
public abstract class ResNet : nn.Module, IMapBackbone, IStochasticDepth
{
    private readonly Conv2d conv1;
    private readonly nn.Module<Tensor, Tensor> bn1;
    private readonly Sequential[] stages;
    private readonly bool hasMaxPool;
    private readonly bool channelsLast;
    private readonly StageStrides strides;
    private double dropPath;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="size">The kind of blocks, and their number for options that have none.</param>
    private protected ResNet(ResNetOptions options, DataInfo data, ResNetSize size)
        : base("resnet")
    {
        Channels = options.Channels ?? data.Channels;
        hasMaxPool = options.Stem == ResNetStem.Imagenet;
        conv1 = hasMaxPool
            ? nn.Conv2d(Channels, options.Width, 7, stride: 2, padding: 3, bias: false)
            : nn.Conv2d(Channels, options.Width, 3, stride: 1, padding: 1, bias: false);
        bn1 = options.Normalization.Create(options.Width);

        var blocks = options.BlocksPerStage ?? size.BlocksPerStage;
        var input = options.Width;
        stages = new Sequential[blocks.Count];
        var stem = hasMaxPool ? 2 : 1;
        var parts = new List<NetworkStage> { new("conv1", [conv1], options.Width, stem) };
        for (var s = 0; s < stages.Length; s++)
        {
            var widths = size.WidthsOf(s, options);
            var stage = nn.Sequential();
            for (var b = 0; b < blocks[s]; b++, input = widths.Outer)
            {
                var stride = s > 0 && b == 0 ? 2 : 1;
                stage.append(size.Bottleneck
                    ? new Bottleneck(input, widths, stride, options)
                    : new BasicBlock(input, widths.Outer, stride, options));
            }

            stages[s] = stage;
            parts.Add(new(StageName(s), [stage], widths.Outer, s == 0 ? stem : 2)); // before the first, images are pooled
        }

        FeatureDimension = input;
        strides = new StageStrides(parts, least: stem * stem);
        register_module("conv1", conv1);
        register_module("bn1", bn1);
        for (var s = 0; s < stages.Length; s++)
        {
            register_module(StageName(s), stages[s]);
        }

        foreach (var convolution in modules().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(convolution.weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        }

        // Split batch norm views its groups in the other layout and would copy all maps twice.
        channelsLast = options.Normalization.Kind == NormalizationKind.BatchNorm;
        DropPath = options.DropPath;
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <summary><c>conv1</c> (with its normalization), then <c>layer1</c>, <c>layer2</c> and so on.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("conv1", [.. conv1.parameters(), .. bn1.parameters()]),
        .. stages.Select((stage, s) => new BackboneLayer(StageName(s), [.. stage.parameters()])),
    ];

    /// <summary>Those of <see cref="Layers"/>.</summary>
    public IReadOnlyList<FeatureMap> Maps => strides.Maps;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">It is no stride that a stage of the network has.</exception>
    public int OutputStride
    {
        get => strides.Output;
        set => strides.Output = value;
    }

    /// <inheritdoc/>
    public double DropPath
    {
        get => dropPath;
        set => ResidualBlock.SetDropPath(stages, dropPath = value);
    }

    /// <summary>Returns the mean over each of the last stage's maps.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => ChannelsLast.Mean(layers[^1]);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images) => ForwardStages(images, stages.Length);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var maps = ForwardStages(images, which.Max());
        return [.. which.Select(number => maps[number].MoveToOuterDisposeScope())];
    }

    /// <summary>No further than needed: in training mode, the statistics of a stage that nobody wants would move.</summary>
    private Tensor[] ForwardStages(Tensor images, int last)
    {
        using var scope = NewDisposeScope();
        var maps = new Tensor[1 + last];
        maps[0] = bn1.call(conv1.call(channelsLast ? ChannelsLast.Of(images) : images)).relu_();
        var x = hasMaxPool ? nn.functional.max_pool2d(maps[0], 3, stride: 2, padding: 1) : maps[0];
        for (var s = 0; s < last; s++)
        {
            maps[s + 1] = x = stages[s].call(x);
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    private static string StageName(int stage) => $"layer{stage + 1}";
}
