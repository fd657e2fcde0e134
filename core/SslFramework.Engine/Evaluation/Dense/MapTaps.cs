using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Takes features of patches at several places of a frozen backbone, all in one pass.</summary>
internal sealed class MapTaps
{
    private readonly IBackbone backbone;
    private readonly int patch;

    private MapTaps(IBackbone backbone, int patch, IReadOnlyList<MapTap> items) =>
        (this.backbone, this.patch, Items) = (backbone, patch, items);

    /// <summary>The places.</summary>
    public IReadOnlyList<MapTap> Items { get; }

    /// <summary>The device of the backbone's weights; raw pixels, which have none, stay on the CPU.</summary>
    public Device Device => backbone.Module.parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Finds the places: the maps that the options choose, as <c>features</c>, and each map alone if wanted.</summary>
    /// <exception cref="ExperimentException">The backbone gives no maps.</exception>
    public static MapTaps Find(IBackbone backbone, ILabeledImages images, DenseOptions options)
    {
        var maps = MapsOf(backbone, images);
        if (maps.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone {backbone.GetType().Name} gives no maps, so that nothing is known of places in an image; leave evaluators "
                + "of maps out, or take a convolutional network or a vision transformer.");
        }

        var left = options.Maps switch { MapChoice.Last => maps.Count - 1, MapChoice.Four => maps.Count - 4, _ => 0 };
        var chosen = maps.Skip(left).ToList();
        var taps = new List<MapTap>
        {
            new(FeatureExtraction.LastLayer, [.. chosen.Select(map => map.Number)], chosen.Sum(map => map.Channels)),
        };
        if (options.Layers == FeatureLayers.All && maps.Count > 1)
        {
            taps.AddRange(maps.Select(map => new MapTap(map.Name, [map.Number], map.Channels)));
        }

        return new MapTaps(backbone, options.Patch, taps);
    }

    /// <summary>Only some of the places.</summary>
    public MapTaps Of(IReadOnlyList<MapTap> some) => new(backbone, patch, some);

    /// <summary>Rows and columns of patches of a view; the last may be smaller.</summary>
    public (int Rows, int Columns) GridOf(long height, long width) =>
        ((int)((height + patch - 1) / patch), (int)((width + patch - 1) / patch));

    /// <summary>Reads the features of every place, in order.</summary>
    /// <param name="images">float32 [N, C, H, W], on any device.</param>
    /// <returns>For each, float32 [N, D, rows, columns].</returns>
    public IReadOnlyList<Tensor> Read(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var modes = new KeptModes(backbone.Module);
        using var gradient = no_grad();
        backbone.Module.eval();
        var (rows, columns) = GridOf(images.shape[2], images.shape[3]);
        int[] wanted = [.. Items.SelectMany(tap => tap.Maps).Distinct().Order()];
        var maps = Maps(images.to(Device), wanted).Select(map => Fitted(map.to(float32), rows, columns)).ToList();
        return [.. Items.Select(tap =>
            cat([.. tap.Maps.Select(map => maps[Array.IndexOf(wanted, map)])], 1).MoveToOuterDisposeScope())];
    }

    /// <summary>A map over patches: means of finer places, or values between coarser ones.</summary>
    private static Tensor Fitted(Tensor map, int rows, int columns) =>
        (map.shape[2], map.shape[3]) == (rows, columns) ? map
        : map.shape[2] >= rows && map.shape[3] >= columns ? nn.functional.adaptive_avg_pool2d(map, [rows, columns])
        : nn.functional.interpolate(map, [rows, columns], mode: InterpolationMode.Bilinear, align_corners: false);

    /// <summary>
    /// The maps that a backbone can give. One that does not tell has those layers that are maps; a cast, because what an experiment wraps
    /// around a backbone belongs to it.
    /// </summary>
    private static List<(int Number, string Name, int Channels)> MapsOf(IBackbone backbone, ILabeledImages images)
    {
        if (backbone is IMapBackbone known)
        {
            return [.. known.Maps.Select((map, number) => (number, map.Name, map.Channels))];
        }

        using var scope = NewDisposeScope();
        var one = new MapTaps(backbone, 1, []);
        var layers = images.Read(1).Select(batch => one.Layers(batch.Images)).First();
        return [.. backbone.Layers.Select((layer, number) => (number, layer.Name, Map: layers[number]))
            .Where(layer => layer.Map.dim() == 4)
            .Select(layer => (layer.number, layer.Name, (int)layer.Map.shape[1]))];
    }

    private IReadOnlyList<Tensor> Layers(Tensor images)
    {
        using var modes = new KeptModes(backbone.Module);
        using var gradient = no_grad();
        backbone.Module.eval();
        return backbone.ForwardLayers(images.to(Device));
    }

    private IEnumerable<Tensor> Maps(Tensor images, int[] wanted)
    {
        if (backbone is IMapBackbone known)
        {
            return known.ForwardMaps(images, wanted);
        }

        var layers = backbone.ForwardLayers(images);
        return wanted.Select(number => layers[number]);
    }
}

/// <summary>One place: a map's name, or <c>features</c>; the numbers of its maps, and the length of a patch's vector.</summary>
internal sealed record MapTap(string Layer, IReadOnlyList<int> Maps, int Length);
