using System.ComponentModel.DataAnnotations;
using TorchSharp.Modules;

namespace MyBackbone;

/// <summary>What an experiment may set: a default each, and the range that is allowed.</summary>
public sealed record MyBackboneOptions
{
    /// <summary>Side of a square patch in pixels.</summary>
    [Range(1, 64)]
    public int PatchSize { get; init; } = 4;

    /// <summary>D, the channels of every block.</summary>
    [Range(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Number of blocks.</summary>
    [Range(1, 64)]
    public int Depth { get; init; } = 4;
}

/// <summary>
/// ConvMixer, Trockman and Kolter 2022, https://arxiv.org/abs/2201.09792: patches, then blocks that mix places (depthwise convolution
/// with a shortcut) and channels (1×1). Put your own network here.
/// </summary>
public sealed class MyBackbone : nn.Module, IBackbone
{
    private readonly Sequential stem; // a field is a state-dict key
    private readonly ModuleList<MixerBlock> blocks;

    /// <summary>Builds the network.</summary>
    /// <param name="options">Its sizes.</param>
    /// <param name="data">Says how many channels the images have.</param>
    public MyBackbone(MyBackboneOptions options, DataInfo data)
        : base("my-backbone")
    {
        (Channels, FeatureDimension) = (data.Channels, options.Width);
        stem = nn.Sequential(
            ("conv", nn.Conv2d(data.Channels, options.Width, options.PatchSize, stride: options.PatchSize)),
            ("act", nn.GELU()),
            ("norm", nn.BatchNorm2d(options.Width)));
        blocks = nn.ModuleList([.. Enumerable.Range(0, options.Depth).Select(_ => new MixerBlock(options.Width))]);
        RegisterComponents();
        Layers =
        [
            new BackboneLayer("stem", [.. stem.parameters()]),
            .. blocks.Select((block, i) => new BackboneLayer($"blocks.{i}", [.. block.parameters()])),
        ];
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <inheritdoc/>
    public IReadOnlyList<BackboneLayer> Layers { get; }

    /// <inheritdoc/>
    public Tensor Forward(Tensor images) => FeaturesOf(ForwardLayers(images));

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        var maps = new List<Tensor> { stem.call(images) }; // [N, D, H / patch, W / patch] each
        foreach (var block in blocks)
        {
            maps.Add(block.call(maps[^1]));
        }

        return maps;
    }

    /// <summary>The mean over places of the last block's maps: [N, D].</summary>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    private sealed class MixerBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential places;
        private readonly Sequential channels;

        public MixerBlock(int width)
            : base("block")
        {
            places = nn.Sequential(
                ("conv", nn.Conv2d(width, width, 5, padding: 2, groups: width)), ("act", nn.GELU()), ("norm", nn.BatchNorm2d(width)));
            channels = nn.Sequential(
                ("conv", nn.Conv2d(width, width, 1)), ("act", nn.GELU()), ("norm", nn.BatchNorm2d(width)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor maps) => channels.call(maps + places.call(maps));
    }
}
