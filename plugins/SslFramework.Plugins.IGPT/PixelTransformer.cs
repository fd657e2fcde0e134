using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.IGPT;

/// <summary>
/// The transformer of Image GPT: an image is a sequence of pixels, each one of V colors. Names of weights follow the authors' code. Chen
/// et al. 2020, https://proceedings.mlr.press/v119/chen20s.html
/// </summary>
public sealed class PixelTransformer : nn.Module, IBackbone
{
    [ComponentName(Name = "wte")]
    private readonly Parameter colors; // [V, D]

    [ComponentName(Name = "wpe")]
    private readonly Parameter positions; // [L, D]

    [ComponentName(Name = "sos")]
    private readonly Parameter? start; // [D]

    [ComponentName(Name = "h")]
    private readonly ModuleList<PixelBlock> blocks;

    [ComponentName(Name = "ln_f")]
    private readonly RmsNorm norm;

    private readonly Tensor palette; // [V, C], from 0 to 1
    private readonly int side;
    private readonly int featureLayer;

    /// <summary>Builds the network, and a palette if there are images.</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <param name="source">The images; null if the palette comes with weights.</param>
    /// <exception cref="ExperimentException">The images have fewer pixels than the palette has colors.</exception>
    public PixelTransformer(PixelTransformerOptions options, DataInfo data, IDataSource? source = null)
        : base("igpt")
    {
        (side, FeatureDimension, Channels) = (options.ImageSide, options.Dimension, options.Channels ?? data.Channels);
        (featureLayer, IsCausal) = (options.FeatureLayer ?? options.Depth / 2, options.Causal);
        palette = (source?.Channels == Channels ? Palette.Of(source, options.Colors) : Palette.Grays(options.Colors, Channels))
            .DetachFromDisposeScope();
        var d = FeatureDimension;
        colors = Drawn(0.02, options.Colors, d);
        positions = Drawn(0.01, side * side, d);
        start = IsCausal ? Drawn(0.02, d) : null;
        blocks = nn.ModuleList<PixelBlock>([.. Enumerable.Range(0, options.Depth).Select(_ => new PixelBlock(options))]);
        norm = new RmsNorm(d);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension { get; }

    /// <summary>Whether a pixel sees only those before it.</summary>
    public bool IsCausal { get; }

    /// <summary>V, the number of colors.</summary>
    public int Colors => (int)palette.shape[0];

    /// <summary>L, the number of pixels.</summary>
    public int Length => side * side;

    /// <summary><c>embeddings</c>, <c>h.0</c>, <c>h.1</c> and so on; the last with the last norm.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("embeddings", [.. parameters(recurse: false)]),
        .. blocks.Select((block, b) => new BackboneLayer(
            $"h.{b}", b == blocks.Count - 1 ? [.. block.parameters(), .. norm.parameters()] : [.. block.parameters()])),
    ];

    /// <summary>Returns the mean over all pixels of the normalized output of the feature layer.</summary>
    /// <param name="images">[N, C, H, W] with values from 0 to 1, H = W = the side that it was built for.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ExperimentException">The images have another size.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = blocks.Take(featureLayer).Aggregate(Embed(Quantize(images)), (tokens, block) => block.call(tokens));
        return NormAfter(featureLayer).call(x).mean([1]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => layers[featureLayer].mean([1]);

    /// <summary>Returns the embeddings and the output of every block, normalized as what comes next does, each [N, L, D].</summary>
    /// <param name="images">[N, C, H, W] with values from 0 to 1.</param>
    /// <exception cref="ExperimentException">The images have another size.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var layers = new List<Tensor>();
        var x = Embed(Quantize(images));
        for (var b = 0; b <= blocks.Count; b++)
        {
            layers.Add(NormAfter(b).call(x).MoveToOuterDisposeScope());
            x = b < blocks.Count ? blocks[b].call(x) : x;
        }

        return layers;
    }

    /// <summary>Rounds pixels to the nearest color.</summary>
    /// <param name="images">[N, C, H, W] with values from 0 to 1.</param>
    /// <returns>Numbers of colors, int64 [N, L], row by row.</returns>
    /// <exception cref="ExperimentException">The images have another size.</exception>
    public Tensor Quantize(Tensor images)
    {
        if (images.shape is not [_, var c, var h, var w] || c != Channels || h != side || w != side)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone \"igpt\" takes images of {Channels}×{side}×{side}, but got {string.Join("×", images.shape.Skip(1))}; "
                + "resize them in \"augmentation\" and in \"transform\", or set \"imageSide\" in \"backbone\".");
        }

        using var scope = NewDisposeScope();
        var pixels = images.permute(0, 2, 3, 1).reshape(-1, Channels).to(palette.dtype);
        return KMeans.Nearest(pixels, palette).view(-1, Length).MoveToOuterDisposeScope();
    }

    /// <summary>Paints colors: numbers of them [N, L] → images [N, C, H, W].</summary>
    public Tensor Paint(Tensor pixels) => palette.index_select(0, pixels.flatten()).view(-1, side, side, Channels).permute(0, 3, 1, 2);

    /// <summary>Encodes pixels, each by those that it sees.</summary>
    /// <param name="pixels">Numbers of colors, int64 [N, L].</param>
    /// <param name="hidden">Pixels that nobody sees, bool [N, L]; null hides none.</param>
    /// <returns>[N, L, D], after the last norm. If the network is causal, the place of a pixel knows those before it alone.</returns>
    public Tensor Encode(Tensor pixels, Tensor? hidden = null) =>
        norm.call(blocks.Aggregate(Embed(pixels, hidden), (tokens, block) => block.call(tokens)));

    /// <summary>Encodes the next place of a causal sequence, for which it remembers keys and values of all places before it.</summary>
    /// <param name="before">The pixel before it, int64 [N]; at the first place only its length counts.</param>
    /// <param name="place">The place.</param>
    /// <param name="memory">What <see cref="NewMemory"/> gave, which grows.</param>
    /// <returns>[N, D], what <see cref="Encode"/> gives at this place.</returns>
    public Tensor EncodeNext(Tensor before, int place, IReadOnlyList<AttentionMemory> memory)
    {
        using var scope = NewDisposeScope();
        var token = place == 0 ? start!.expand(before.shape[0], -1) : colors.index_select(0, before);
        var x = (token + positions[place]).unsqueeze(1); // [N, 1, D]
        foreach (var (block, remembered) in blocks.Zip(memory))
        {
            x = block.Next(x, remembered);
        }

        return norm.call(x).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>An empty memory for each block.</summary>
    public IReadOnlyList<AttentionMemory> NewMemory() => [.. blocks.Select(_ => new AttentionMemory())];

    /// <summary>[N, L] → [N, L, D]. In a causal network each place holds the pixel before it; hidden ones are zeros.</summary>
    private Tensor Embed(Tensor pixels, Tensor? hidden = null)
    {
        var tokens = colors.index_select(0, pixels.flatten()).view(-1, Length, FeatureDimension);
        if (hidden is not null)
        {
            tokens = tokens.masked_fill(hidden.unsqueeze(2), 0);
        }

        if (start is not null)
        {
            tokens = cat([start.expand(tokens.shape[0], 1, -1), tokens.narrow(1, 0, Length - 1)], 1);
        }

        return tokens + positions;
    }

    private RmsNorm NormAfter(int blocksBefore) => blocksBefore == blocks.Count ? norm : blocks[blocksBefore].FirstNorm;

    private static Parameter Drawn(double deviation, params long[] shape) =>
        (Parameter)new Parameter(empty(shape).normal_(0, deviation)).DetachFromDisposeScope();
}
