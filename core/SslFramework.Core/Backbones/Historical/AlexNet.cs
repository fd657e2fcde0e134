using SslFramework.Core.Onnx;
using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Historical;

/// <summary>
/// An AlexNet: five convolutions, pools after the first, second and fifth, and fully connected layers. Its options give the networks of
/// the papers of 2014 to 2018. Krizhevsky et al. 2012, https://papers.nips.cc/paper/4824
/// </summary>
public class AlexNet : nn.Module, IOnnxBackbone
{
    private const int LocalNorms = 2; // layers with local response norm
    private const int LocalSize = 5;
    private const double LocalAlpha = 1e-4;
    private const double LocalBeta = 0.75;
    private const double Epsilon = 1e-5; // of batch norm

    private readonly AlexNetOptions options;
    private readonly AlexNetLayer[] layers;
    private readonly string[] names; // of Layers; the last one holds what remains
    private readonly Dropout dropout;
    private readonly LocalResponseNorm norm = nn.LocalResponseNorm(LocalSize, LocalAlpha, LocalBeta);
    private readonly string backbone;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    public AlexNet(AlexNetOptions options, DataInfo data)
        : this("alexnet", options, data, ByNumber, NamesOf(options))
    {
    }

    /// <summary>Builds a network whose authors' state dict has keys of its own.</summary>
    /// <param name="backbone">Its name in experiments.</param>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="modules">What is registered, under which name.</param>
    /// <param name="names">Names of the layers that probes see; the last one holds all that remain.</param>
    private protected AlexNet(
        string backbone,
        AlexNetOptions options,
        DataInfo data,
        Func<IReadOnlyList<AlexNetLayer>, IEnumerable<(string Name, nn.Module Module)>> modules,
        string[] names)
        : base(backbone)
    {
        (this.backbone, this.options, this.names, Channels) = (backbone, options, names, options.Channels ?? data.Channels);
        layers = AlexNetLayer.All(options, Channels);
        dropout = nn.Dropout(options.Dropout);
        foreach (var (name, module) in modules(layers))
        {
            register_module(name, module);
        }

        register_module("dropout", dropout);
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>Units of the last layer.</summary>
    public int FeatureDimension => options.FullyConnected is [.., var last] ? last : options.Maps[^1];

    /// <summary><c>conv1</c> … <c>conv5</c>, <c>fc6</c> and on.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        .. names.Select((name, i) => new BackboneLayer(
            name,
            [.. layers[i..(i == names.Length - 1 ? layers.Length : i + 1)]
                .SelectMany(layer => layer.Weights.parameters().Concat(layer.Norm?.parameters() ?? []))])),
    ];

    private bool IsLinear => options.FullyConnectedKind == FullyConnectedKind.Linear;

    /// <summary>Returns the last layer, averaged over the image if it gives maps.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].ndim == 2 ? layers[^1] : layers[^1].mean([2, 3]);

    /// <summary>Returns every layer after its ReLU and before its pool; after it, if the network ends with that pool.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <exception cref="ExperimentException">The images are too small.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, SmallestSide(), backbone, "take \"resnet18\" for small images and patches, or crop larger ones");
        using var scope = NewDisposeScope();
        var outputs = new Tensor[names.Length];
        var x = images;
        for (var i = 0; i < layers.Length; i++)
        {
            x = Run(layers[i], i == AlexNetOptions.Convolutions && IsLinear ? Flat(x) : x);
            x = i < AlexNetOptions.Convolutions ? x : dropout.call(x);
            var pooled = AfterPool(x, i);
            outputs[Math.Min(i, names.Length - 1)] = i == layers.Length - 1 ? pooled : x;
            x = pooled;
        }

        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    /// <remarks>With linear layers, the nodes are for images whose maps have just the size that these take.</remarks>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var x = input;
        foreach (var (i, layer) in layers.Index())
        {
            x = i == AlexNetOptions.Convolutions && IsLinear ? graph.Node("Flatten", [x], ("axis", 1L)) : x;
            x = graph.Add(layer.Weights, x);
            x = options.BatchNormAfterRelu ? x : AddNorm(graph, layer, x);
            x = options.LeakyRelu == 0 ? graph.Node("Relu", [x]) : graph.Node("LeakyRelu", [x], ("alpha", (float)options.LeakyRelu));
            x = options.BatchNormAfterRelu ? AddNorm(graph, layer, x) : x;
            x = StrideOfPool(i) is { } stride ? AddPool(graph, x, stride, options.LocalResponseNorm && i < LocalNorms) : x;
        }

        return IsLinear && options.FullyConnected.Count > 0
            ? x
            : graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])], ("axis", 1L));
    }

    /// <summary><c>conv1</c> … <c>conv5</c>, <c>fc6</c> and on.</summary>
    private protected static string[] NamesOf(AlexNetOptions options) =>
        [.. Enumerable.Range(0, options.LayerCount).Select(NameOf)];

    private static string NameOf(int layer) => $"{(layer < AlexNetOptions.Convolutions ? "conv" : "fc")}{layer + 1}";

    /// <summary>Weights under the names of their layers, and norms as <c>bn1</c> and so on.</summary>
    private protected static IEnumerable<(string Name, nn.Module Module)> ByNumber(IReadOnlyList<AlexNetLayer> layers) =>
    [
        .. layers.Select((layer, i) => (NameOf(i), (nn.Module)layer.Weights)),
        .. layers.Index().Where(each => each.Item.Norm is not null).Select(each => ($"bn{each.Index + 1}", (nn.Module)each.Item.Norm!)),
    ];

    private Tensor Run(AlexNetLayer layer, Tensor input)
    {
        var x = layer.Weights.call(input);
        x = layer.Norm is null || options.BatchNormAfterRelu ? x : layer.Norm.call(x);
        x = options.LeakyRelu == 0 ? x.relu() : nn.functional.leaky_relu(x, options.LeakyRelu);
        return layer.Norm is null || !options.BatchNormAfterRelu ? x : layer.Norm.call(x);
    }

    private Tensor AfterPool(Tensor x, int layer)
    {
        if (StrideOfPool(layer) is not { } stride)
        {
            return x;
        }

        x = nn.functional.max_pool2d(x, 3, stride: stride, ceil_mode: options.PoolsRoundUp);
        return options.LocalResponseNorm && layer < LocalNorms ? norm.call(x) : x;
    }

    private string AddPool(OnnxGraph graph, string input, long stride, bool hasNorm)
    {
        var x = graph.Node(
            "MaxPool",
            [input],
            ("kernel_shape", new long[] { 3, 3 }),
            ("strides", new[] { stride, stride }),
            ("ceil_mode", options.PoolsRoundUp ? 1L : 0L));
        return hasNorm
            ? graph.Node("LRN", [x], ("size", (long)LocalSize), ("alpha", (float)LocalAlpha), ("beta", (float)LocalBeta), ("bias", 1f))
            : x;
    }

    private static string AddNorm(OnnxGraph graph, AlexNetLayer layer, string input)
    {
        if (layer.Norm is null)
        {
            return input;
        }

        var state = StateDict.Of(layer.Norm);
        var (mean, variance) = (state["running_mean"], state["running_var"]);
        var (weight, bias) = (state.GetValueOrDefault("weight") ?? ones_like(mean), state.GetValueOrDefault("bias") ?? zeros_like(mean));
        return graph.BatchNorm(input, weight, bias, mean, variance, Epsilon);
    }

    /// <summary>At the size that the layer takes whole this changes nothing; it lets other sizes through.</summary>
    private Tensor Flat(Tensor maps) => nn.functional.adaptive_avg_pool2d(maps, options.FullyConnectedSide).flatten(1);

    private int? StrideOfPool(int layer) => layer switch { 0 or 1 => 2, 4 => options.LastPoolStride, _ => null };

    private int SmallestSide() => Enumerable.Range(1, 4096).First(side => PlacesOf(side) > 0);

    /// <summary>Side of what the last layer gives of an image; 0 or less if the image is too small.</summary>
    private int PlacesOf(int side)
    {
        for (var i = 0; i < AlexNetOptions.Convolutions && side > 0; i++)
        {
            side = Steps(side + (2 * options.Pads[i]) - AlexNetOptions.Kernels[i], options.Strides[i]);
            side = StrideOfPool(i) is { } stride && side > 0 ? Steps(side - 3 + (options.PoolsRoundUp ? stride - 1 : 0), stride) : side;
        }

        return IsLinear || options.FullyConnected.Count == 0 || side <= 0
            ? side
            : side + (2 * options.FullyConnectedPad) - (options.FullyConnectedDilation * (options.FullyConnectedSide - 1));

        static int Steps(int room, int stride) => room < 0 ? 0 : (room / stride) + 1;
    }
}
