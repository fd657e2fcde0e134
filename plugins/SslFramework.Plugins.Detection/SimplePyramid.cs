using SslFramework.Core.Backbones;
using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// A pyramid of the last map alone, enlarged ×4 and ×2, as it is, and halved: a plain vision transformer has one scale, and needs no
/// other. Li et al. 2022 (ViTDet), https://arxiv.org/abs/2203.16527
/// </summary>
internal sealed class SimplePyramid : Neck
{
    private readonly Func<Tensor, Tensor> network; // a field of a module's type would take its weights in
    private readonly Sequential quadrupled;
    private readonly Sequential doubled;
    private readonly Sequential same;
    private readonly Sequential halved;

    /// <summary>Makes the pyramid.</summary>
    /// <param name="backbone">Gives the map; it stays its owner's.</param>
    /// <param name="channels">Channels of the pyramid.</param>
    public SimplePyramid(IMapBackbone backbone, int channels)
        : base(nameof(SimplePyramid))
    {
        var last = backbone.Maps.Count - 1;
        (network, Channels) = (images => backbone.ForwardMaps(images, [last])[0], channels);
        Strides = [.. new[] { 0.25, 0.5, 1, 2, 4 }.Select(factor => factor * backbone.Maps[last].Stride)];
        var input = backbone.Maps[^1].Channels;
        var (half, quarter) = (Math.Max(1, input / 2), Math.Max(1, input / 4));
        quadrupled = nn.Sequential(
            [NewLayers.Doubled(input, half), new MapLayerNorm(half, 1e-6), nn.GELU(), NewLayers.Doubled(half, quarter), .. Out(quarter)]);
        doubled = nn.Sequential([NewLayers.Doubled(input, half), .. Out(half)]);
        same = nn.Sequential([.. Out(input)]);
        halved = nn.Sequential([nn.MaxPool2d(2, stride: 2), .. Out(input)]);
        RegisterComponents();

        IEnumerable<nn.Module<Tensor, Tensor>> Out(int own) =>
        [
            .. NewLayers.Convolution(own, channels, 1, NewNorm.Layer, relu: false),
            .. NewLayers.Convolution(channels, channels, 3, NewNorm.Layer, relu: false),
        ];
    }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Strides { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        var map = network(images);
        Tensor[] levels = [quadrupled.call(map), doubled.call(map), same.call(map), halved.call(map)];
        return [.. levels.Append(Coarser(levels[^1])).Select(level => level.MoveToOuterDisposeScope())];
    }
}
