using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// Vision transformer with the state-dict keys of timm: pre-norm blocks, exact GELU, norms with ε = 10⁻⁶.
/// Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929
/// </summary>
public class VisionTransformer : nn.Module, ITokenBackbone, IStochasticDepth
{
    private const double NormEpsilon = 1e-6;

    private readonly VisionTransformerOptions options;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter? classToken; // [1, 1, D]

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter positions; // [1, prefix + L, D]

    [ComponentName(Name = "patch_embed")]
    private readonly Sequential patchEmbedding;

    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private double dropPath;

    /// <summary>A transformer of free size (192, 12 blocks and 3 heads where the options have none).</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have where the options do not.</param>
    /// <exception cref="ExperimentException">The sizes do not fit together.</exception>
    public VisionTransformer(VisionTransformerOptions options, DataInfo data)
        : this(options, data, 192, 12, 3)
    {
    }

    /// <summary>A transformer whose size is the variant's where the options have none.</summary>
    private protected VisionTransformer(VisionTransformerOptions options, DataInfo data, int dimension, int depth, int heads)
        : base("vit")
    {
        this.options = options;
        TokenDimension = options.Dimension ?? dimension;
        Heads = options.Heads ?? heads;
        Channels = options.Channels ?? data.Channels;
        CheckSizes(options, TokenDimension, options.Heads ?? heads);

        if (options.ClassToken)
        {
            classToken = (Parameter)new Parameter(zeros(1, 1, TokenDimension)).DetachFromDisposeScope();
        }

        positions = (Parameter)CreatePositions().DetachFromDisposeScope();
        patchEmbedding = nn.Sequential(("proj", nn.Conv2d(Channels, TokenDimension, PatchSize, stride: PatchSize)));
        var count = options.Depth ?? depth;
        blocks = nn.ModuleList([.. Enumerable.Range(0, count).Select(_ => new TransformerBlock(
            TokenDimension,
            options.Heads ?? heads,
            options.MlpRatio,
            recompute: options.Recompute))]);
        DropPath = options.DropPath;
        norm = nn.LayerNorm(TokenDimension, eps: NormEpsilon);
        RegisterComponents();
        TransformerWeights.Initialize(this, options.Initialization);
        foreach (var parameter in patchEmbedding.parameters())
        {
            parameter.requires_grad = !options.FreezePatchEmbedding;
        }
    }

    /// <inheritdoc/>
    public nn.Module Module => this;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int FeatureDimension => TokenDimension;

    /// <inheritdoc/>
    public double DropPath
    {
        get => dropPath;
        set
        {
            dropPath = value;
            for (var b = 0; b < blocks.Count; b++)
            {
                blocks[b].DropPath = value * b / Math.Max(1, blocks.Count - 1);
            }
        }
    }

    /// <inheritdoc/>
    public int PatchSize => options.PatchSize;

    /// <inheritdoc/>
    public int GridRows => options.ImageSize / options.PatchSize;

    /// <inheritdoc/>
    public int GridColumns => GridRows;

    /// <inheritdoc/>
    public int TokenDimension { get; }

    /// <summary>Attention heads of every block.</summary>
    public int Heads { get; }

    /// <summary>How tokens become the feature vector.</summary>
    public TokenPooling Pooling => options.Pooling;

    /// <inheritdoc/>
    public int PrefixTokens => options.ClassToken ? 1 : 0;

    /// <inheritdoc/>
    public Tensor PatchPositions => positions.narrow(1, PrefixTokens, GridRows * GridColumns);

    /// <summary><c>patch_embed</c> (with the class token and the positions), <c>blocks.0</c> and on, <c>norm</c>.</summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("patch_embed", [.. parameters(recurse: false), .. patchEmbedding.parameters()]),
        .. blocks.Select((block, b) => new BackboneLayer($"blocks.{b}", [.. block.parameters()])),
        new("norm", [.. norm.parameters()]),
    ];

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images have another shape.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Pooled(EncodeTokens(EmbedPatches(images) + PatchPositions)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => Pooled(layers[^1]);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images have another shape.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var layers = new List<Tensor> { AddPrefix(EmbedPatches(images) + PatchPositions) };
        foreach (var block in blocks)
        {
            layers.Add(block.call(layers[^1]));
        }

        layers.Add(norm.call(layers[^1]));
        return [.. layers.Select(layer => layer.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images have another shape.</exception>
    public Tensor EmbedPatches(Tensor images)
    {
        var (shape, side) = (images.shape, options.ImageSize);
        if (shape.Length != 4 || shape[1] != Channels || shape[2] != side || shape[3] != side)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The vision transformer takes images of {Channels} × {side} × {side}, but got {string.Join(" × ", shape.Skip(1))}; "
                + $"resize the views to {side} × {side}, or, only where no weights are loaded, because positions are not interpolated, set \"imageSize\" in \"backbone\" to the size of the views.");
        }

        using var scope = NewDisposeScope();
        return patchEmbedding.call(images).flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor EncodeTokens(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var x = AddPrefix(tokens);
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return norm.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>[N, prefix + L, D] → [N, D].</summary>
    private Tensor Pooled(Tensor tokens) => options.Pooling == TokenPooling.ClassToken
        ? tokens.select(1, 0)
        : tokens.narrow(1, PrefixTokens, GridRows * GridColumns).mean([1]);

    /// <summary>[N, K, D] → [N, prefix + K, D].</summary>
    private Tensor AddPrefix(Tensor tokens) => classToken is null
        ? tokens
        : cat([(classToken + positions.narrow(1, 0, 1)).expand(tokens.shape[0], 1, TokenDimension), tokens], 1);

    private Parameter CreatePositions() => options.Positions switch
    {
        PositionKind.SinCosMae =>
            new Parameter(SinCosPositions.Mae(TokenDimension, GridRows, GridColumns, PrefixTokens), requires_grad: false),
        PositionKind.SinCosMocoV3 =>
            new Parameter(SinCosPositions.MocoV3(TokenDimension, GridRows, GridColumns, PrefixTokens), requires_grad: false),
        _ => new Parameter(zeros(1, PrefixTokens + (GridRows * GridColumns), TokenDimension)),
    };

    private static void CheckSizes(VisionTransformerOptions options, int dimension, int heads)
    {
        var problem = options.PatchProblem ?? options.PoolingProblem;
        if (dimension % heads != 0)
        {
            problem ??= $"The vision transformer's dimension {dimension} is not a multiple of its {heads} heads; "
                + "change \"dimension\" or \"heads\" in \"backbone\".";
        }

        if (options.Positions != PositionKind.Learned && dimension % 4 != 0)
        {
            problem ??= $"Fixed positions need a dimension that is a multiple of 4, but it is {dimension}; "
                + "change \"dimension\" or \"positions\" in \"backbone\".";
        }

        if (problem is not null)
        {
            throw new ExperimentException(FailureKind.Config, problem);
        }
    }
}
