using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// A vision transformer with the state-dict keys of timm: pre-norm blocks, exact GELU, norms with ε = 10⁻⁶.
/// Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929
/// </summary>
public class VisionTransformer : nn.Module, ITokenBackbone, IMapBackbone, IStochasticDepth
{
    private const double NormEpsilon = 1e-6;

    private readonly VisionTransformerOptions options;

    [ComponentName(Name = "cls_token")]
    private readonly Parameter? classToken; // [1, 1, D]

    [ComponentName(Name = "reg_token")]
    private readonly Parameter? registers; // [1, registers, D]

    [ComponentName(Name = "pos_embed")]
    private readonly Parameter? positions; // [1, (1 for the class token) + L, D]

    [ComponentName(Name = "patch_embed")]
    private readonly Sequential patchEmbedding;

    [ComponentName(Name = "rel_pos_bias")]
    private readonly RelativePositions? relativePositions;

    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private double dropPath;

    /// <summary>Makes a transformer of any size (192 dimensions, 12 blocks and 3 heads unless the options say otherwise).</summary>
    /// <param name="options">The options.</param>
    /// <param name="data">Says how many channels images have if the options do not.</param>
    /// <exception cref="ExperimentException">The sizes do not fit together.</exception>
    public VisionTransformer(VisionTransformerOptions options, DataInfo data)
        : this(options, data, TransformerSize.Tiny)
    {
    }

    /// <summary>Makes a transformer of the variant's size, unless the options say otherwise.</summary>
    private protected VisionTransformer(VisionTransformerOptions options, DataInfo data, TransformerSize size)
        : base("vit")
    {
        this.options = options;
        TokenDimension = options.Dimension ?? size.Dimension;
        Heads = options.Heads ?? size.Heads;
        Channels = options.Channels ?? data.Channels;
        CheckSizes(options, TokenDimension, Heads);

        if (options.ClassToken)
        {
            classToken = (Parameter)new Parameter(zeros(1, 1, TokenDimension)).DetachFromDisposeScope();
        }

        if (options.RegisterTokens > 0)
        {
            registers = (Parameter)new Parameter(zeros(1, options.RegisterTokens, TokenDimension)).DetachFromDisposeScope();
        }

        positions = (Parameter?)CreatePositions()?.DetachFromDisposeScope();
        patchEmbedding = nn.Sequential(("proj", nn.Conv2d(Channels, TokenDimension, PatchSize, stride: PatchSize)));
        Func<Tensor>? shared = null;
        if (options.RelativePositions == RelativePositionKind.Shared)
        {
            relativePositions = new RelativePositions(new RelativeIndex(GridRows, GridColumns, options.ClassToken), Heads);
            shared = relativePositions.Bias;
        }

        blocks = nn.ModuleList([.. Enumerable.Range(0, options.Depth ?? size.Depth).Select(_ =>
            new TransformerBlock(TokenDimension, Heads, BlockOptions(), shared))]);
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
                blocks[b].DropPath = options.UniformDropPath ? value : value * b / Math.Max(1, blocks.Count - 1);
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
    public int PrefixTokens => ClassTokens + options.RegisterTokens;

    /// <inheritdoc/>
    public Tensor PatchPositions => positions is null
        ? zeros(1, GridRows * GridColumns, TokenDimension, norm.weight!.dtype, norm.weight.device)
        : positions.narrow(1, ClassTokens, GridRows * GridColumns);

    /// <summary>The patches after every block, <c>blocks.0</c> and so on, and after the final norm, <c>norm</c>.</summary>
    public IReadOnlyList<FeatureMap> Maps =>
    [
        .. blocks.Select((_, b) => new FeatureMap($"blocks.{b}", TokenDimension, PatchSize)),
        new FeatureMap("norm", TokenDimension, PatchSize),
    ];

    /// <summary>The side of a patch; no other can be had.</summary>
    /// <exception cref="ExperimentException">Another was asked for.</exception>
    public int OutputStride
    {
        get => PatchSize;
        set => _ = value == PatchSize ? value : throw new ExperimentException(
            FailureKind.Config, $"The vision transformer gives maps of a stride of {PatchSize}, its patches, but {value} was asked for.");
    }

    /// <summary>What made it.</summary>
    internal VisionTransformerOptions Options => options;

    /// <summary>Whether timm's class of the same name has all its parts.</summary>
    internal bool IsTimms => options is
    {
        RegisterTokens: 0,
        RelativePositions: RelativePositionKind.None,
        QkvBias: QkvBias.All,
        MlpNorm: MlpNorm.Layer,
        Causal: false,
        Positions: not PositionKind.None,
    };

    /// <summary>Its blocks.</summary>
    internal IReadOnlyList<TransformerBlock> Blocks => [.. blocks];

    private int ClassTokens => options.ClassToken ? 1 : 0;

    /// <summary>
    /// <c>patch_embed</c> (with the class token and the positions), <c>blocks.0</c>, <c>blocks.1</c> and so on, <c>norm</c>.
    /// </summary>
    public IReadOnlyList<BackboneLayer> Layers =>
    [
        new("patch_embed", [.. parameters(recurse: false), .. patchEmbedding.parameters(), .. relativePositions?.parameters() ?? []]),
        .. blocks.Select((block, b) => new BackboneLayer($"blocks.{b}", [.. block.parameters()])),
        new("norm", [.. norm.parameters()]),
    ];

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images do not divide into patches, or have other channels.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Pooled(EncodeTokens(Placed(images))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor FeaturesOf(IReadOnlyList<Tensor> layers) => Pooled(layers[^1]);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images do not divide into patches, or have other channels.</exception>
    public IReadOnlyList<Tensor> ForwardLayers(Tensor images)
    {
        using var scope = NewDisposeScope();
        var layers = new List<Tensor> { AddPrefix(Placed(images)) };
        foreach (var block in blocks)
        {
            layers.Add(block.call(layers[^1]));
        }

        layers.Add(norm.call(layers[^1]));
        return [.. layers.Select(layer => layer.MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images do not divide into patches, or have other channels.</exception>
    public IReadOnlyList<Tensor> ForwardMaps(Tensor images, IReadOnlyList<int> which)
    {
        using var scope = NewDisposeScope();
        var (layers, rows, columns) = (ForwardLayers(images), images.shape[2] / PatchSize, images.shape[3] / PatchSize);
        return [.. which.Select(number => MapOf(layers[number + 1]).MoveToOuterDisposeScope())];

        Tensor MapOf(Tensor tokens) => tokens.narrow(1, PrefixTokens, rows * columns) // [N, L, D]
            .transpose(1, 2).contiguous().view(-1, TokenDimension, rows, columns);
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">The images do not divide into patches, or have other channels.</exception>
    public Tensor EmbedPatches(Tensor images)
    {
        var shape = images.shape;
        if (shape.Length != 4 || shape[1] != Channels || shape[2] % PatchSize != 0 || shape[3] % PatchSize != 0 || shape[2] * shape[3] == 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The vision transformer takes images of {Channels} channels whose sides are multiples of its patches' {PatchSize} pixels, "
                + $"but got {string.Join(" × ", shape.Skip(1))}; resize the views to such sides, or change \"patchSize\" or "
                + "\"channels\" in \"backbone\".");
        }

        using var scope = NewDisposeScope();
        return patchEmbedding.call(images).flatten(2).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Fixed positions are computed for the grid. Learned ones are interpolated, with gradient.</remarks>
    public Tensor PositionsFor(int rows, int columns) => options.Positions switch
    {
        _ when (rows, columns) == (GridRows, GridColumns) => PatchPositions,
        PositionKind.Learned => GridPositions.Interpolate(
            PatchPositions, new(GridRows, GridColumns), new(rows, columns), options.PositionOffset, options.PositionAntialias),
        PositionKind.None => zeros(1, rows * columns, TokenDimension, norm.weight!.dtype, norm.weight.device),
        _ => Table(rows, columns, 0).to(norm.weight!.dtype, norm.weight.device),
    };

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are relative positions, and not all patches of the own grid are given.</exception>
    public Tensor EncodeTokens(Tensor tokens)
    {
        EnsureRelativeGrid(tokens.shape[1] == GridRows * GridColumns, tokens.shape[1]);
        using var scope = NewDisposeScope();
        var x = AddPrefix(tokens);
        foreach (var block in blocks)
        {
            x = block.call(x);
        }

        return norm.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>Embedded patches [N, L, D] with their positions.</summary>
    private Tensor Placed(Tensor images)
    {
        var tokens = EmbedPatches(images);
        var (rows, columns) = ((int)images.shape[2] / PatchSize, (int)images.shape[3] / PatchSize);
        EnsureRelativeGrid((rows, columns) == (GridRows, GridColumns), tokens.shape[1]);
        return positions is null ? tokens : tokens + PositionsFor(rows, columns);
    }

    /// <summary>[N, prefix + L, D] → [N, D].</summary>
    private Tensor Pooled(Tensor tokens) => options.Pooling == TokenPooling.ClassToken
        ? tokens.select(1, 0)
        : tokens.narrow(1, PrefixTokens, tokens.shape[1] - PrefixTokens).mean([1]);

    /// <summary>[N, K, D] → [N, prefix + K, D].</summary>
    private Tensor AddPrefix(Tensor tokens)
    {
        var first = classToken is null || positions is null ? classToken : classToken + positions.narrow(1, 0, 1);
        Tensor[] prefix = [.. new[] { first, registers }.OfType<Tensor>().Select(token => token.expand(tokens.shape[0], -1, -1))];
        return prefix.Length == 0 ? tokens : cat([.. prefix, tokens], 1);
    }

    /// <summary>Relative positions are of one grid, and interpolating them is not offered.</summary>
    private void EnsureRelativeGrid(bool isOwn, long patches)
    {
        if (!isOwn && options.RelativePositions != RelativePositionKind.None)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Relative positions need all {GridRows} × {GridColumns} patches of an image of {options.ImageSize} × {options.ImageSize}, "
                + $"but got {patches} of another grid; resize the views to that size, or set \"relativePositions\" to \"none\" in "
                + "\"backbone\".");
        }
    }

    private TransformerBlockOptions BlockOptions() => new()
    {
        MlpRatio = options.MlpRatio,
        Recompute = options.Recompute,
        LayerScale = options.LayerScale,
        MlpNorm = options.MlpNorm,
        QkvBias = options.QkvBias,
        Causal = options.Causal,
        RelativeGrid = options.RelativePositions == RelativePositionKind.PerBlock ? new(GridRows, GridColumns) : null,
        RelativeClassToken = options.ClassToken,
    };

    private Parameter? CreatePositions() => options.Positions switch
    {
        PositionKind.None => null,
        PositionKind.Learned => new Parameter(zeros(1, ClassTokens + (GridRows * GridColumns), TokenDimension)),
        _ => new Parameter(Table(GridRows, GridColumns, ClassTokens), requires_grad: false),
    };

    private Tensor Table(int rows, int columns, int classTokens) => options.Positions == PositionKind.SinCosMae
        ? SinCosPositions.Mae(TokenDimension, rows, columns, classTokens)
        : SinCosPositions.MocoV3(TokenDimension, rows, columns, classTokens);

    private static void CheckSizes(VisionTransformerOptions options, int dimension, int heads)
    {
        var problem = options.PatchProblem ?? options.PoolingProblem ?? options.CausalProblem ?? options.RelativeProblem;
        if (dimension % heads != 0)
        {
            problem ??= $"The vision transformer's dimension {dimension} is not a multiple of its {heads} heads; "
                + "change \"dimension\" or \"heads\" in \"backbone\".";
        }

        if (options.Positions is PositionKind.SinCosMae or PositionKind.SinCosMocoV3 && dimension % 4 != 0)
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
