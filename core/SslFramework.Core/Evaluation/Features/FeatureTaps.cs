using SslFramework.Core.Tensors;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>Takes features at several places of a backbone, all in one pass.</summary>
internal sealed class FeatureTaps
{
    private readonly IBackbone backbone;
    private readonly Func<Tensor, Tensor> pool;

    private FeatureTaps(IBackbone backbone, IReadOnlyList<FeatureTap> items, Func<Tensor, Tensor> pool) =>
        (this.backbone, Items, this.pool) = (backbone, items, pool);

    public IReadOnlyList<FeatureTap> Items { get; }

    /// <summary>The device of the backbone's weights; raw pixels, which have none, stay on the CPU.</summary>
    public Device Device => backbone.Module.parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>Finds the length of each layer's vectors from one image.</summary>
    /// <param name="backbone">The frozen backbone.</param>
    /// <param name="images">The images, of which the first is used.</param>
    /// <param name="layers">Which layers are tapped.</param>
    /// <param name="pool">Turns maps [N, C, H, W] into maps [N, C, s, t].</param>
    public static FeatureTaps Find(IBackbone backbone, ILabeledImages images, FeatureLayers layers, Func<Tensor, Tensor> pool)
    {
        List<FeatureTap> taps = [new(FeatureExtraction.LastLayer, -1, backbone.FeatureDimension, backbone.FeatureDimension)];
        var unsized = new FeatureTaps(backbone, taps, pool);
        if (layers == FeatureLayers.All)
        {
            taps.AddRange(unsized.Frozen(() =>
            {
                using var scope = NewDisposeScope();
                var outputs = images.Read(1).Select(one => backbone.ForwardLayers(one.Images.to(unsized.Device))).First();
                return backbone.Layers.Select((layer, i) =>
                {
                    var values = Pooled(outputs[i], pool);
                    return new FeatureTap(layer.Name, i, values.shape[1], values.flatten(1).shape[1]);
                }).ToList();
            }));
        }

        return unsized;
    }

    /// <summary>Only some of the taps.</summary>
    public FeatureTaps Of(IReadOnlyList<FeatureTap> some) => new(backbone, some, pool);

    /// <summary>Reads the vectors [N, d] of every tap, in order.</summary>
    /// <param name="images">Images on <see cref="Device"/>.</param>
    public IReadOnlyList<Tensor> Read(Tensor images)
    {
        using var scope = NewDisposeScope();
        var inner = Items.Any(tap => tap.Index >= 0) ? backbone.ForwardLayers(images) : null;
        return [.. Items.Select(tap => (tap.Index >= 0 ? Pooled(inner![tap.Index], pool).flatten(1)
            : (inner is null ? null : backbone.FeaturesOf(inner)) ?? backbone.Forward(images)).MoveToOuterDisposeScope())];
    }

    /// <summary>Runs a function without gradient and in evaluation mode, and restores the mode.</summary>
    public T Frozen<T>(Func<T> run)
    {
        using var modes = new KeptModes(backbone.Module);
        using var gradient = no_grad();
        backbone.Module.eval();
        return run();
    }

    /// <summary>Pools maps, averages tokens and leaves vectors as they are: [N, C, …].</summary>
    public static Tensor Pooled(Tensor output, Func<Tensor, Tensor> pool) => output.dim() switch
    {
        4 => pool(output),
        3 => output.mean([1]),
        _ => output,
    };
}

/// <summary>One tap: a layer's name, its number (−1 for the backbone's own output), its channels and the length of its vectors.</summary>
internal sealed record FeatureTap(string Layer, int Index, long Channels, long Length);
