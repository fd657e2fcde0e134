using SslFramework.Core.Backbones;
using SslFramework.Core.Onnx;

namespace SslFramework.Plugins.BEiT;

/// <summary>
/// The encoder of a discrete variational autoencoder, which scores the tokens of a vocabulary at every place of a map. Its keys are those
/// of the autoencoder's in BEiT's code, without <c>encoder.</c>; features are the mean scores. Ramesh et al. 2021,
/// https://arxiv.org/abs/2102.12092
/// </summary>
public sealed class DvaeEncoder : nn.Module, IOnnxBackbone
{
    private readonly DvaeEncoderOptions options;
    private readonly IReadOnlyList<(string Name, nn.Module<Tensor, Tensor> Module)> layers;

    /// <summary>Builds the network.</summary>
    public DvaeEncoder(DvaeEncoderOptions options, DataInfo data)
        : base("dvae-encoder")
    {
        this.options = options;
        Channels = options.Channels ?? data.Channels;
        var built = new List<(string Name, nn.Module<Tensor, Tensor> Module)>();
        for (var (layer, input) = (0, Channels); layer < options.Layers; layer++, input = options.Width)
        {
            built.Add(($"conv{layer + 1}", nn.Sequential(nn.Conv2d(input, options.Width, 4, stride: 2, padding: 1), nn.ReLU())));
            built.Add(($"residual{layer + 1}", new ResidualConvolutions(options.Width)));
        }

        built.Add(("scores", nn.Conv2d(options.Width, options.Vocabulary, 1)));
        layers = built;
        foreach (var (number, layer) in built.Index())
        {
            register_module($"{number}", layer.Module);
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <summary>The number of tokens.</summary>
    public int FeatureDimension => options.Vocabulary;

    /// <summary>Channels of its hidden layers.</summary>
    public int Width => options.Width;

    /// <summary>Pixels of an image per token, along each side.</summary>
    public int Side => 1 << options.Layers;

    /// <summary><c>conv1</c>, <c>residual1</c>, <c>conv2</c> and so on, <c>scores</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers => [.. layers.Select(part => new BackboneLayer(part.Name, [.. part.Module.parameters()]))];

    /// <inheritdoc/>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return FeaturesOf([Scores(images)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[^1].mean([2, 3]);

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        SmallestImage.Require(images, Side, "dvae-encoder", "lower \"layers\" in \"backbone\", or resize the images");
        using var scope = NewDisposeScope();
        var (x, maps) = (images, new List<Tensor>());
        foreach (var (_, module) in layers)
        {
            maps.Add(x = module.call(x));
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <summary>Scores of all tokens at every place: [N, C, H, W] → [N, V, H / side, W / side].</summary>
    public Tensor Scores(Tensor images)
    {
        using var scope = NewDisposeScope();
        return ForwardLayers(images)[^1].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddNodes(OnnxGraph graph, string input)
    {
        var maps = layers.Aggregate(input, (x, layer) => graph.Add(layer.Module, x));
        return graph.Node("Flatten", [graph.Node("GlobalAveragePool", [maps])], ("axis", 1L));
    }
}
