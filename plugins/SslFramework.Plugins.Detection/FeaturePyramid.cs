using TorchSharp.Modules;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// A feature pyramid: coarse maps, which know what things are, are added to fine ones, which know where. Lin et al. 2017,
/// https://arxiv.org/abs/1612.03144
/// </summary>
internal sealed class FeaturePyramid : Neck
{
    private readonly Func<Tensor, IReadOnlyList<Tensor>> network; // a field of a module's type would take its weights in
    private readonly ModuleList<Sequential> lateral = [];
    private readonly ModuleList<Sequential> output = [];

    /// <summary>Makes the pyramid.</summary>
    /// <param name="backbone">Gives the maps; it stays its owner's.</param>
    /// <param name="levels">How many of its last maps are taken.</param>
    /// <param name="channels">Channels of the pyramid.</param>
    /// <param name="norm">How its maps are normalized.</param>
    public FeaturePyramid(IMapBackbone backbone, int levels, int channels, NewNorm norm)
        : base(nameof(FeaturePyramid))
    {
        int[] which = [.. Enumerable.Range(backbone.Maps.Count - levels, levels)];
        (network, Channels) = (images => backbone.ForwardMaps(images, which), channels);
        Strides = [.. which.Select(number => (double)backbone.Maps[number].Stride), 2.0 * backbone.Maps[^1].Stride];
        foreach (var map in which.Select(number => backbone.Maps[number]))
        {
            lateral.Add(nn.Sequential([.. NewLayers.Convolution(map.Channels, channels, 1, norm, relu: false)]));
            output.Add(nn.Sequential([.. NewLayers.Convolution(channels, channels, 3, norm, relu: false)]));
        }

        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Strides { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        var maps = network(images);
        var levels = new Tensor[maps.Count + 1];
        Tensor? above = null;
        for (var i = maps.Count - 1; i >= 0; i--)
        {
            var own = lateral[i].call(maps[i]); // [N, channels, H, W]
            above = above is null ? own : own.add(nn.functional.interpolate(above, own.shape[2..], mode: InterpolationMode.Nearest));
            levels[i] = output[i].call(above);
        }

        levels[^1] = Coarser(levels[^2]);
        return [.. levels.Select(level => level.MoveToOuterDisposeScope())];
    }
}
