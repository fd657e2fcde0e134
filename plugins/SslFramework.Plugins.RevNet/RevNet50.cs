using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Onnx;
using TorchSharp.Modules;

namespace SslFramework.Plugins.RevNet;

/// <summary>
/// A reversible network of 50 layers (blocks 3, 4, 6, 3), as Kolesnikov et al. 2019 (https://arxiv.org/abs/1901.09005) pretrain it: no
/// stage keeps more than its last maps for the gradient. Gomez et al. 2017, https://arxiv.org/abs/1707.04585
/// </summary>
public sealed class RevNet50 : nn.Module, IOnnxBackbone
{
    private const int Expansion = 4;
    private const int StemParts = 8; // of a batch

    private readonly Conv2d conv1;
    private readonly ModuleList<nn.Module<Tensor, Tensor>>[] stages;
    private readonly nn.Module<Tensor, Tensor> norm;
    private readonly bool hasMaxPool;
    private readonly bool keepsActivations;

    /// <summary>Builds the network.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    public RevNet50(RevNetOptions options, DataInfo data)
        : base("revnet")
    {
        Channels = options.Channels ?? data.Channels;
        (hasMaxPool, keepsActivations) = (options.Stem == ResNetStem.Imagenet, options.KeepActivations);
        var width = Expansion * options.Width;
        conv1 = hasMaxPool
            ? nn.Conv2d(Channels, width, 7, stride: 2, padding: 3, bias: false)
            : nn.Conv2d(Channels, width, 3, padding: 1, bias: false);
        register_module("conv1", conv1);
        stages = new ModuleList<nn.Module<Tensor, Tensor>>[options.BlocksPerStage.Count];
        for (var s = 0; s < stages.Length; s++)
        {
            var half = (width << s) / 2;
            stages[s] = nn.ModuleList<nn.Module<Tensor, Tensor>>(
                [.. Enumerable.Range(0, options.BlocksPerStage[s]).Select(_ => new Branch(half, options.Normalization))]);
            register_module(StageName(s), stages[s]);
        }

        FeatureDimension = width << (stages.Length - 1);
        norm = Branch.Norm(options.Normalization, FeatureDimension);
        register_module("norm", norm);
        foreach (var convolution in modules().OfType<Conv2d>())
        {
            nn.init.xavier_uniform_(convolution.weight); // the authors' library's own
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <summary><c>conv1</c>, <c>layer1</c>, <c>layer2</c> and so on, <c>norm</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("conv1", [.. conv1.parameters()]),
        .. stages.Select((stage, s) => new BackboneLayer(StageName(s), [.. stage.parameters()])),
        new("norm", [.. norm.parameters()]),
    ];

    /// <summary>Returns the mean over each of the last maps.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf(ForwardLayers(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => ChannelsLast.Mean(layers[^1]);

    /// <summary>Returns the maps after the first pool, after every stage, and after the last norm and its ReLU.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var maps = new List<Tensor> { Stem(images) };
        foreach (var stage in stages)
        {
            var x = maps.Count == 1 ? maps[0] : PooledAndWidened(maps[^1]);
            maps.Add(keepsActivations ? ReversibleChain.RunStored([.. stage], x) : ReversibleChain.Run([.. stage], x));
        }

        maps.Add(norm.call(maps[^1]).relu_());
        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var x = graph.Add(conv1, input);
        if (hasMaxPool)
        {
            // With a channel more: ONNX Runtime would put a padding of the sides alone into the pool, which leaves its own out.
            var padded = graph.Node("Pad", [x, graph.Numbers(0, 0, 1, 1, 0, 1, 1, 1)]);
            var pooled = graph.Node("MaxPool", [padded], ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }));
            x = Part(graph, pooled, 0, conv1.weight.shape[0]);
        }

        foreach (var (s, stage) in stages.Index())
        {
            var channels = (long)FeatureDimension >> (stages.Length - 1 - s);
            x = s == 0 ? x : AddPooledAndWidened(graph, x, channels);
            var (a, b) = (Part(graph, x, 0, channels / 2), Part(graph, x, channels / 2, channels));
            foreach (var branch in stage)
            {
                (a, b) = (b, graph.Node("Add", [a, graph.Add(branch, b)]));
            }

            x = graph.Node("Concat", [a, b], ("axis", 1L));
        }

        x = graph.Node("Relu", [graph.Add(norm, x)]);
        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [x])], ("axis", 1L));
    }

    private static string StageName(int stage) => $"layer{stage + 1}";

    /// <summary>
    /// The first convolution has no norm or ReLU: it is a projection to more channels. Its pool counts zeros around the maps, as the
    /// authors' does. Before it maps are so large that their gradients would be most of what a step takes: a part of the images at a
    /// time needs a part of them.
    /// </summary>
    private Tensor Stem(Tensor images)
    {
        using var scope = NewDisposeScope();
        var all = ChannelsLast.Of(images);
        return (hasMaxPool ? cat([.. all.chunk(StemParts).Select(Pooled)]) : conv1.call(all)).MoveToOuterDisposeScope();

        Tensor Pooled(Tensor part)
        {
            using var inner = NewDisposeScope(); // the pool's gradient needs the padded maps alone
            var padded = nn.functional.pad(conv1.call(part), [1, 1, 1, 1]);
            return nn.functional.max_pool2d(padded, 3, stride: 2).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Halves the sides, and doubles the channels by zeros on both sides of them.</summary>
    private static Tensor PooledAndWidened(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.avg_pool2d(maps, 2, stride: 2, ceil_mode: true, count_include_pad: false);
        var more = x.shape[1] / 2;
        return nn.functional.pad(x, [0, 0, 0, 0, more, more]).MoveToOuterDisposeScope();
    }

    private static string AddPooledAndWidened(OnnxGraph graph, string input, long channels)
    {
        var pooled = graph.Node(
            "AveragePool", [input], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", 1L));
        var more = channels / 4;
        return graph.Node("Pad", [pooled, graph.Numbers(0, more, 0, 0, 0, more, 0, 0)]);
    }

    private static string Part(OnnxGraph graph, string input, long first, long end) =>
        graph.Node("Slice", [input, graph.Numbers(first), graph.Numbers(end), graph.Numbers(1)]);
}
