namespace SslFramework.Core.Backbones.Residual;

/// <summary>The size of a residual network that experiments can name.</summary>
/// <param name="Name">Its name in experiments.</param>
/// <param name="Bottleneck">Whether blocks are bottlenecks (three convolutions, four times as wide at the end) or basic ones.</param>
/// <param name="BlocksPerStage">Number of blocks in each stage.</param>
/// <param name="Create">Builds the network.</param>
internal sealed record ResNetSize(
    string Name, bool Bottleneck, IReadOnlyList<int> BlocksPerStage, Func<ResNetOptions, DataInfo, ResNet> Create)
{
    public static readonly ResNetSize ResNet18 = new("resnet18", false, [2, 2, 2, 2], (o, data) => new ResNet18(o, data));
    public static readonly ResNetSize ResNet34 = new("resnet34", false, [3, 4, 6, 3], (o, data) => new ResNet34(o, data));
    public static readonly ResNetSize ResNet50 = new("resnet50", true, [3, 4, 6, 3], (o, data) => new ResNet50(o, data));
    public static readonly ResNetSize ResNet101 = new("resnet101", true, [3, 4, 23, 3], (o, data) => new ResNet101(o, data));
    public static readonly ResNetSize ResNet152 = new("resnet152", true, [3, 8, 36, 3], (o, data) => new ResNet152(o, data));
    public static readonly ResNetSize ResNet161 = new("resnet161", true, [3, 4, 46], (o, data) => new ResNet161(o, data))
    {
        Inner = [1, 2, 8],
        Outer = [4, 8, 64],
    };

    public static readonly ResNetSize ResNet200 = new("resnet200", true, [3, 24, 36, 3], (o, data) => new ResNet200(o, data));
    public static readonly ResNetSize ResNeXt50 = new("resnext50", true, [3, 4, 6, 3], (o, data) => new ResNeXt50(o, data))
    {
        Groups = 32,
        WidthPerGroup = 4,
    };

    public static readonly ResNetSize WideResNet50 = new("wide-resnet50", true, [3, 4, 6, 3], (o, data) => new WideResNet50(o, data))
    {
        WidthPerGroup = 128,
    };

    public static readonly ResNetSize[] All =
        [ResNet18, ResNet34, ResNet50, ResNet101, ResNet152, ResNet161, ResNet200, ResNeXt50, WideResNet50];

    private const int Standard = 64; // channels of the first layer for which WidthPerGroup is meant

    /// <summary>Groups of a bottleneck's 3×3 convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels of each group in the first stage of a network of 64 channels; other stages and widths in proportion.</summary>
    public int WidthPerGroup { get; init; } = Standard;

    /// <summary>Channels inside a bottleneck per channel of the first layer, by stage; null doubles them from 1 on.</summary>
    private IReadOnlyList<int>? Inner { get; init; }

    /// <summary>Channels that a bottleneck gives per channel of the first layer, by stage; null doubles them from 4 on.</summary>
    private IReadOnlyList<int>? Outer { get; init; }

    /// <summary>The widths of a stage's blocks.</summary>
    /// <exception cref="ExperimentException">The options leave no channel inside blocks, or ask basic blocks for groups.</exception>
    public BlockWidths WidthsOf(int stage, ResNetOptions options)
    {
        if (!Bottleneck)
        {
            return (options.Groups ?? options.WidthPerGroup) is null
                ? new(options.Width << stage, options.Width << stage, 1)
                : throw Refused("has blocks without groups; leave \"groups\" and \"widthPerGroup\" out");
        }

        var groups = options.Groups ?? Groups;
        var width = options.Width * (stage < Inner?.Count ? Inner[stage] : 1 << stage);
        var inner = width * (options.WidthPerGroup ?? WidthPerGroup) / Standard;
        var outer = options.Width * (stage < Outer?.Count ? Outer[stage] : BlockWidths.Expansion << stage);
        return inner > 0
            ? new(inner * groups, outer, groups)
            : throw Refused("has no channel left inside its blocks; raise \"width\" or \"widthPerGroup\"");
    }

    private ExperimentException Refused(string why) => new(FailureKind.Config, $"The backbone \"{Name}\" {why}.");
}

/// <summary>The widths of a block.</summary>
/// <param name="Inner">Channels between its convolutions.</param>
/// <param name="Outer">Channels that it gives.</param>
/// <param name="Groups">Groups of its 3×3 convolution.</param>
internal sealed record BlockWidths(int Inner, int Outer, int Groups)
{
    /// <summary>How many times as wide as in the middle a bottleneck usually is at its end.</summary>
    public const int Expansion = 4;
}
