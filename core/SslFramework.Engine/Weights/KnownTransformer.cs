using SslFramework.Core.Backbones.Transformers;

namespace SslFramework.Engine.Weights;

/// <summary>Detects from keys and shapes which vision transformer weights belong to.</summary>
internal static class KnownTransformer
{
    /// <summary>The key that every vision transformer has.</summary>
    internal const string PatchEmbedding = "patch_embed.proj.weight";

    private const string SharedTable = "rel_pos_bias.relative_position_bias_table";
    private const string TableOfABlock = "attn.relative_position_bias_table";
    private const int ClassTokenEntries = 3; // of a table of relative positions, for pairs with the class token
    private const double DinoOffset = 0.1;

    /// <summary>Parts that change the features and that no network here has.</summary>
    private static readonly (string Part, string What)[] UnknownParts =
    [
        ("dist_token", "a distillation token, as DeiT's distilled ones have"),
        ("mlp.w12.", "SwiGLU layers, as DINOv2's ViT-g has"),
        ("mlp.w1.", "SwiGLU layers"),
        ("mlp.fc1_g.", "SwiGLU layers"),
        ("fc_norm.", "a norm after the mean of the tokens, as fine-tuned ones of BEiT and MAE have"),
        ("norm_pre.", "a norm before the blocks, as CLIP's have"),
        ("attn.q_norm.", "norms of queries and keys"),
        ("rope_embed.", "rotary positions, as DINOv3's have"),
        ("storage_tokens", "storage tokens, as DINOv3's have"),
    ];

    /// <summary>Makes the network, with weights of its own.</summary>
    /// <param name="weights">Weights by timm's keys.</param>
    /// <param name="source">Names the weights in messages.</param>
    /// <param name="given">Its attention heads; null finds them.</param>
    /// <param name="layout">The naming scheme of the file.</param>
    /// <returns>The network, the <c>backbone</c> of an experiment, and the heads if the weights do not show them.</returns>
    /// <exception cref="ExperimentException">It is no vision transformer, or has parts that no network here has.</exception>
    public static (IBackbone Network, string Json, int? Heads) Of(
        IReadOnlyDictionary<string, Tensor> weights, string source, int? given, WeightLayout? layout)
    {
        RefuseUnknownParts(weights, source);
        var patch = KnownNetwork.Shaped(weights, PatchEmbedding, 4, source); // [D, C, p, p]
        var (dimension, depth) = ((int)patch[0], Math.Max(1, KnownNetwork.Count(weights, "blocks.")));
        var classToken = weights.ContainsKey("cls_token");
        var relative = RelativeTable.In(weights, depth, classToken, source);
        var positions = relative is null || weights.ContainsKey("pos_embed")
            ? KnownNetwork.Shaped(weights, "pos_embed", 3, source)[1] // [1, prefix + L, D]
            : 0;
        var side = positions > 0 ? (int)Math.Round(Math.Sqrt(positions - (classToken ? 1 : 0))) : relative!.Rows;
        var registers = weights.ContainsKey("reg_token") ? (int)KnownNetwork.Shaped(weights, "reg_token", 3, source)[1] : 0; // [1, r, D]
        var hidden = weights.GetValueOrDefault("blocks.0.mlp.fc1.weight") is { ndim: 2 } fc1 ? fc1.shape[0] : 4 * patch[0];
        var ofBlocks = depth * ((4.0 * dimension * dimension) + (2.0 * hidden * dimension));
        KnownNetwork.EnsureHolds(weights, ofBlocks + ((double)(positions + registers) * dimension), source);
        var standard = Array.Find(TransformerSize.All, size => size.Dimension == dimension && size.Depth == depth);
        var usual = relative?.Heads ?? HeadsOf(layout, dimension) ?? standard?.Heads ?? Math.Max(1, dimension / 64);
        var heads = given ?? (dimension % usual == 0 ? usual : 1);
        if (heads < 1 || dimension % heads != 0)
        {
            throw new ExperimentException(
                FailureKind.Config, $"'{source}' has {dimension} dimensions, which cannot be shared among {heads} attention heads.");
        }

        var isSmoothed = layout == WeightLayout.DinoV2 && registers > 0; // as its authors interpolate positions since then
        var options = new VisionTransformerOptions
        {
            ImageSize = Math.Max(1, checked(side * (int)patch[2])),
            PatchSize = (int)patch[2],
            Channels = (int)patch[1],
            Dimension = dimension,
            Depth = depth,
            Heads = heads,
            MlpRatio = Ratio(hidden, dimension),
            Positions = positions > 0 ? PositionKind.Learned : PositionKind.None,
            PositionOffset = positions > 0 && !isSmoothed && layout is WeightLayout.Dino or WeightLayout.DinoV2 ? DinoOffset : 0,
            PositionAntialias = isSmoothed,
            RelativePositions = relative?.Kind ?? RelativePositionKind.None,
            ClassToken = classToken,
            RegisterTokens = registers,
            Pooling = classToken && layout != WeightLayout.Beit ? TokenPooling.ClassToken : TokenPooling.Mean,
            LayerScale = weights.ContainsKey("blocks.0.ls1.gamma") ? StartOfLayerScale(layout, dimension) : null,
            MlpNorm = weights.ContainsKey("blocks.0.norm2.running_mean") ? MlpNorm.Batch : MlpNorm.Layer,
            QkvBias = weights.ContainsKey("blocks.0.attn.q_bias") ? QkvBias.QueryValue
                : weights.ContainsKey("blocks.0.attn.qkv.bias") ? QkvBias.All
                : QkvBias.None,
        };
        return (new VisionTransformer(options, new DataInfo(1, (int)patch[1])), Json(options, standard), relative is null ? heads : null);
    }

    private static void RefuseUnknownParts(IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        foreach (var (part, what) in UnknownParts)
        {
            var keys = weights.Keys.Where(key => key.Contains(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            if (keys.FirstOrDefault() is { } key)
            {
                throw new ExperimentException(
                    FailureKind.Checkpoint,
                    $"'{source}' is a vision transformer with {what} ('{key}'), which no network here has; take weights without them.");
            }
        }
    }

    /// <summary>Heads that are not those of other transformers of the dimension: of MoCo v3's ViT-S and I-JEPA's ViT-g.</summary>
    private static int? HeadsOf(WeightLayout? layout, int dimension) => (layout, dimension) switch
    {
        (WeightLayout.MocoV3, 384) => 12,
        (WeightLayout.IJepa, 1408) => 16,
        _ => null,
    };

    /// <summary>What the authors started it at: BEiT's large one as DINOv2's. Weights that are loaded replace it.</summary>
    private static double StartOfLayerScale(WeightLayout? layout, int dimension) =>
        layout == WeightLayout.Beit && dimension <= TransformerSize.Base.Dimension ? 0.1 : 1e-5;

    /// <summary>The ratio of which a block makes the hidden layer, rounded down.</summary>
    private static double Ratio(long hidden, int dimension)
    {
        var ratio = hidden / (double)dimension;
        return (long)(dimension * ratio) < hidden ? Math.BitIncrement(ratio) : ratio;
    }

    private static string Json(VisionTransformerOptions options, TransformerSize? standard) => KnownNetwork.Json(
        standard?.Name ?? "vit",
        ("imageSize", options.ImageSize == 224 ? null : options.ImageSize),
        ("patchSize", options.PatchSize == 16 ? null : options.PatchSize),
        ("channels", options.Channels == 3 ? null : options.Channels),
        ("dimension", standard is null ? options.Dimension : null),
        ("depth", standard is null ? options.Depth : null),
        ("heads", options.Heads == standard?.Heads ? null : options.Heads),
        ("mlpRatio", options.MlpRatio == 4 ? null : options.MlpRatio),
        ("positions", options.Positions == PositionKind.None ? "none" : null),
        ("positionOffset", options.PositionOffset == 0 ? null : options.PositionOffset),
        ("positionAntialias", options.PositionAntialias ? true : null),
        ("relativePositions", options.RelativePositions switch
        {
            RelativePositionKind.Shared => "shared",
            RelativePositionKind.PerBlock => "perBlock",
            _ => null,
        }),
        ("classToken", options.ClassToken ? null : false),
        ("registerTokens", options.RegisterTokens == 0 ? null : options.RegisterTokens),
        ("pooling", options.Pooling == TokenPooling.ClassToken ? null : "mean"),
        ("layerScale", options.LayerScale),
        ("mlpNorm", options.MlpNorm == MlpNorm.Batch ? "batch" : null),
        ("qkvBias", options.QkvBias switch { QkvBias.QueryValue => "queryValue", QkvBias.None => "none", _ => null }));

    /// <summary>A table of relative positions.</summary>
    /// <param name="Kind">Whose it is.</param>
    /// <param name="Rows">Rows of the patch grid, R, which has as many columns.</param>
    /// <param name="Heads">Attention heads.</param>
    private sealed record RelativeTable(RelativePositionKind Kind, int Rows, int Heads)
    {
        /// <summary>Finds it, [(2R − 1)² and three more with a class token, h]; null if there is none.</summary>
        public static RelativeTable? In(IReadOnlyDictionary<string, Tensor> weights, int depth, bool classToken, string source)
        {
            var ofBlock = $"blocks.0.{TableOfABlock}";
            var isShared = weights.ContainsKey(SharedTable);
            if (!isShared && !weights.ContainsKey(ofBlock))
            {
                return null;
            }

            var key = isShared ? SharedTable : ofBlock;
            var table = KnownNetwork.Shaped(weights, key, 2, source);
            var distances = table[0] - (classToken ? ClassTokenEntries : 0); // (2R − 1)²
            var rows = ((int)Math.Round(Math.Sqrt(Math.Max(0, distances))) + 1) / 2;
            if (((2L * rows) - 1) * ((2L * rows) - 1) != distances)
            {
                throw new ExperimentException(
                    FailureKind.Checkpoint,
                    $"'{source}' has relative positions of no square grid of patches ('{key}' has {table[0]} rows), "
                    + "which no network here has; take weights of square images.");
            }

            // Each table has an index of the pairs of tokens, eight bytes each, that a few bytes of a file could make large.
            var pairs = Math.Pow(((double)rows * rows) + 1, 2) * (isShared ? 1 : depth);
            KnownNetwork.EnsureHolds(weights, pairs / 4, source);
            return new(isShared ? RelativePositionKind.Shared : RelativePositionKind.PerBlock, rows, (int)table[1]);
        }
    }
}
