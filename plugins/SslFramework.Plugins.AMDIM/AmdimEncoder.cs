using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.AMDIM;

/// <summary>
/// AMDIM's network, with the authors' state-dict keys: few of its layers look at more than one place, so that each place of its maps of
/// 7×7 and 5×5 sees a small part of the image. Bachman et al. 2019, https://arxiv.org/abs/1906.00910
/// </summary>
public sealed class AmdimEncoder : nn.Module, IOnnxBackbone
{
    [ComponentName(Name = "layer_list")] // the authors' key
    private readonly ModuleList<nn.Module<Tensor, Tensor>> parts;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    public AmdimEncoder(AmdimEncoderOptions options, DataInfo data)
        : base("amdim")
    {
        var (w, local, norm) = (options.Width, options.LocalDimension, options.BatchNorm);
        (ImageSize, Channels) = (options.ImageSize, options.Channels ?? data.Channels);
        (FeatureDimension, LocalDimension) = (options.Dimension, local);
        nn.Module<Tensor, Tensor>[] first = ImageSize switch // to 7×7 places
        {
            32 => [Layer(Channels, 3), new PooledResidual(w, w, 1, 1, norm), Block(w, 2 * w, 4, 2)],
            64 => [Layer(Channels, 3), Block(w, 2 * w, 4, 2), Block(2 * w, 4 * w, 4, 2)],
            _ => [Layer(Channels, 5, stride: 2, padding: 2), Layer(w, 3), Block(w, 2 * w, 4, 2), Block(2 * w, 4 * w, 4, 2)],
        };
        parts = new(
        [
            .. first,
            Block(local / 2, local, 2, 2),
            PooledResidual.Norm(local, norm),
            Block(local, local, 3, 1),
            Block(local, local, 3, 1),
            new PooledResidual(local, FeatureDimension, 3, 1, norm),
            PooledResidual.Norm(FeatureDimension, isUsed: true),
        ]);
        RegisterComponents();

        nn.Module<Tensor, Tensor> Layer(int input, int side, int stride = 1, int padding = 0) => nn.Sequential(
            ("conv", nn.Conv2d(input, w, side, stride: stride, padding: padding)), ("relu", nn.ReLU(inplace: true)));
        nn.Module<Tensor, Tensor> Block(int input, int output, int side, int stride) =>
            PooledResidual.Block(input, output, side, stride, options.Depth, norm);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <summary>Side of the images for which maps have 7×7, 5×5 and 1×1 places.</summary>
    public int ImageSize { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <summary>Channels of the maps of 7×7 and 5×5 places.</summary>
    public int LocalDimension { get; }

    /// <summary>The convolutions and blocks from <c>layer0</c> on; a norm between them belongs to the one before.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        .. Groups().Select((group, i) => new BackboneLayer($"layer{i}", [.. group.SelectMany(part => part.parameters())])),
    ];

    /// <summary>Returns the last map, of one place; of larger images, the mean over it.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, ImageSize, "amdim-encoder", "add the step resize, or lower \"imageSize\" in \"backbone\"");
        using var scope = NewDisposeScope();
        var (x, maps) = (images, new List<Tensor>());
        foreach (var group in Groups())
        {
            maps.Add(x = group.Aggregate(x, (input, part) => part.call(input)));
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <summary>Encodes images at three scales.</summary>
    /// <param name="images">float32 [N, C, H, W], of <see cref="ImageSize"/>.</param>
    /// <returns>[N, D], and maps [N, <see cref="LocalDimension"/>, 5, 5] and [N, <see cref="LocalDimension"/>, 7, 7].</returns>
    public (Tensor Global, Tensor Five, Tensor Seven) ForwardScales(Tensor images)
    {
        using var scope = NewDisposeScope();
        var maps = ForwardLayers(images); // … 7×7, 5×5, 3×3, 1×1
        return (
            FeaturesOf(maps).MoveToOuterDisposeScope(), maps[^3].MoveToOuterDisposeScope(), maps[^4].MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var maps = parts.Aggregate(input, (x, part) => graph.Add(part, x));
        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [maps])], ("axis", 1L));
    }

    /// <summary>The parts, and with the 7×7 and the 1×1 maps the norm that follows.</summary>
    private IEnumerable<nn.Module<Tensor, Tensor>[]> Groups()
    {
        var (seven, one) = (parts.Count - 6, parts.Count - 2); // whose norms come next
        return Enumerable.Range(0, parts.Count).Where(i => i != seven + 1 && i != one + 1)
            .Select(i => i == seven || i == one ? new[] { parts[i], parts[i + 1] } : [parts[i]]);
    }
}
