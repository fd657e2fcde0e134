using TorchSharp.Modules;

namespace SslFramework.Plugins.Segmentation;

/// <summary>
/// A pyramid: the last of four maps is pooled to several sizes, what comes of it is added to finer and finer maps, and all of them
/// together are classified. Xiao et al. 2018, https://arxiv.org/abs/1807.10221
/// </summary>
internal sealed class UperNetHead : SegmentationHead
{
    private const int AuxiliaryMap = 2;
    private const int AuxiliaryWidth = 256;
    private static readonly int[] PooledSides = [1, 2, 3, 6];

    private readonly PlainPyramid? pyramid;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> pooled = [];
    private readonly nn.Module<Tensor, Tensor> bottleneck;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> laterals = [];
    private readonly ModuleList<nn.Module<Tensor, Tensor>> smoothed = [];
    private readonly nn.Module<Tensor, Tensor> fusion;
    private readonly nn.Module<Tensor, Tensor> dropout;
    private readonly nn.Module<Tensor, Tensor> classifier;
    private readonly nn.Module<Tensor, Tensor>? auxiliary;

    /// <summary>Makes the head.</summary>
    public UperNetHead(IMapBackbone backbone, SegmentationSettings settings, int classes)
        : base("upernet", MapsOf(backbone))
    {
        int[] channels = [.. Which.Select(number => backbone.Maps[number].Channels)];
        var width = settings.Width;
        pyramid = IsPlain(backbone) ? new PlainPyramid(channels[0]) : null;
        foreach (var _ in PooledSides)
        {
            pooled.append(Block(channels[^1], width, 1));
        }

        bottleneck = Block(channels[^1] + (PooledSides.Length * width), width, 3);
        foreach (var lower in channels[..^1])
        {
            laterals.append(Block(lower, width, 1));
            smoothed.append(Block(width, width, 3));
        }

        fusion = Block(channels.Length * width, width, 3);
        dropout = nn.Dropout2d(settings.Dropout);
        classifier = Classifier(width, classes);
        auxiliary = settings.Auxiliary == 0 ? null : nn.Sequential(
            Block(channels[AuxiliaryMap], AuxiliaryWidth, 3), nn.Dropout2d(settings.Dropout), Classifier(AuxiliaryWidth, classes));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor Scores(IReadOnlyList<Tensor> maps)
    {
        var levels = Levels(maps);
        var top = levels[^1];
        var scenes = PooledSides.Select((side, i) =>
            Resized(pooled[i].call(nn.functional.adaptive_avg_pool2d(top, [side, side])), top)).Prepend(top);
        List<Tensor> sums = [.. laterals.Select((lateral, level) => lateral.call(levels[level])), bottleneck.call(cat([.. scenes], 1))];
        for (var level = sums.Count - 2; level >= 0; level--)
        {
            sums[level] = sums[level] + Resized(sums[level + 1], sums[level]);
        }

        var smooth = sums.Select((sum, level) => level == smoothed.Count ? sum : smoothed[level].call(sum)).ToList();
        var all = cat([.. smooth.Select(map => Resized(map, smooth[0]))], 1); // [N, 4 · width, h, w] of the finest
        return classifier.call(dropout.call(fusion.call(all)));
    }

    /// <inheritdoc/>
    public override Tensor? AuxiliaryScores(IReadOnlyList<Tensor> maps) => auxiliary?.call(Levels(maps)[AuxiliaryMap]);

    private IReadOnlyList<Tensor> Levels(IReadOnlyList<Tensor> maps) => pyramid is null ? maps : pyramid.Of(maps);

    private static Tensor Resized(Tensor map, Tensor like) => (map.shape[2], map.shape[3]) == (like.shape[2], like.shape[3])
        ? map
        : nn.functional.interpolate(
            map, [like.shape[2], like.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <summary>Whether all maps have one size, as those of a vision transformer.</summary>
    private static bool IsPlain(IMapBackbone backbone) => backbone.Maps.All(map => map.Stride == backbone.Maps[0].Stride);

    /// <summary>
    /// The last four maps; of a vision transformer those after each third or half of its blocks, before the final norm: 3, 5, 7 and 11
    /// of 12, 7, 11, 15 and 23 of 24, as BEiT's.
    /// </summary>
    private static int[] MapsOf(IMapBackbone backbone)
    {
        var count = backbone.Maps.Count;
        if (IsPlain(backbone))
        {
            var depth = backbone.Maps[^1].Name == "norm" ? count - 1 : count;
            return [.. new[] { depth / 3, depth / 2, depth * 2 / 3, depth }.Select(blocks => Math.Max(0, blocks - 1))];
        }

        return count >= 4 ? [count - 4, count - 3, count - 2, count - 1] : throw new ExperimentException(
            FailureKind.Config,
            $"The head \"upernet\" takes four maps, but the backbone gives {count}; set \"head\" to \"fcn\" or \"linear\".");
    }
}
