using System.ComponentModel.DataAnnotations;
using SslFramework.Core.Backbones;
using SslFramework.Core.Backbones.Transformers;
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

    /// <summary>Channels of the images; null takes those of the data.</summary>
    [Range(1, 1024)]
    public int? Channels { get; init; }

    /// <summary>The probability that training skips the last block's branch for an image; it grows from 0 at the first.</summary>
    [Range(0, 0.99)]
    public double DropPath { get; init; }
}

/// <summary>
/// ConvMixer, Trockman and Kolter 2022, https://arxiv.org/abs/2201.09792: patches, then blocks that mix places (depthwise convolution
/// with a shortcut) and channels (1×1). Put your own network here.
/// </summary>
public sealed class MyBackbone : nn.Module, IMapBackbone, IStochasticDepth
{
    private readonly Sequential stem; // a field is a state-dict key
    private readonly ModuleList<MixerBlock> blocks;
    private readonly int patchSize;
    private double dropPath;

    /// <summary>Builds the network.</summary>
    /// <param name="options">Its sizes.</param>
    /// <param name="data">Says how many channels the images have.</param>
    public MyBackbone(MyBackboneOptions options, DataInfo data)
        : base("my-backbone")
    {
        (Channels, FeatureDimension, patchSize) = (options.Channels ?? data.Channels, options.Width, options.PatchSize);
        stem = nn.Sequential(
            ("conv", nn.Conv2d(Channels, options.Width, options.PatchSize, stride: options.PatchSize)),
            ("act", nn.GELU()),
            ("norm", nn.BatchNorm2d(options.Width)));
        blocks = nn.ModuleList([.. Enumerable.Range(0, options.Depth).Select(_ => new MixerBlock(options.Width))]);
        RegisterComponents();
        DropPath = options.DropPath;
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

    /// <summary>A map of each layer, all of one stride.</summary>
    public IReadOnlyList<FeatureMap> Maps => [.. Layers.Select(layer => new FeatureMap(layer.Name, FeatureDimension, patchSize))];

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">It is not the side of a patch, the only stride there is.</exception>
    public int OutputStride
    {
        get => patchSize;
        set => _ = value == patchSize ? 0 : throw new ExperimentException(
            FailureKind.Config, $"The backbone \"my-backbone\" gives maps of a stride of {patchSize} alone, but {value} was asked for.");
    }

    /// <inheritdoc/>
    public double DropPath
    {
        get => dropPath;
        set
        {
            dropPath = value;
            for (var i = 0; i < blocks.Count; i++)
            {
                blocks[i].DropPath = value * i / Math.Max(1, blocks.Count - 1);
            }
        }
    }

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

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which)
    {
        var maps = ForwardLayers(images);
        return [.. which.Select(number => maps[number])];
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

        public double DropPath { get; set; }

        public override Tensor forward(Tensor maps) => channels.call(maps + Dropped(places.call(maps)));

        /// <summary>Leaves the branch out for some images of training; the others make up for it.</summary>
        private Tensor Dropped(Tensor branch) => training && DropPath > 0 ? ResidualBlock.DropSome(branch, DropPath) : branch;
    }
}
