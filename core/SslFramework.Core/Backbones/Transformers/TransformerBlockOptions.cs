namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// What a <see cref="TransformerBlock"/> has beside its size. As it stands, the block is that of the first vision transformers.
/// </summary>
public sealed record TransformerBlockOptions
{
    /// <summary>Width of the hidden layer, in dimensions.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>The probability, below 1, that training skips a residual branch of an image.</summary>
    public double DropPath { get; init; }

    /// <summary>Whether activations are computed again for the gradient instead of kept.</summary>
    public bool Recompute { get; init; }

    /// <summary>
    /// The value at which a learned factor of every dimension of a residual branch starts; null means that there is none. Its keys are
    /// <c>ls1.gamma</c> and <c>ls2.gamma</c>. Touvron et al. 2021, https://arxiv.org/abs/2103.17239
    /// </summary>
    public double? LayerScale { get; init; }

    /// <summary>Which of queries, keys and values have a bias.</summary>
    public QkvBias QkvBias { get; init; }

    /// <summary>Whether a token sees only itself and those before it.</summary>
    public bool Causal { get; init; }

    /// <summary>
    /// The patch grid of the block's own relative positions, all of whose patches it must then be given; null means that it has none.
    /// </summary>
    public ImageSize? RelativeGrid { get; init; }

    /// <summary>Whether a class token comes before the patches of <see cref="RelativeGrid"/>.</summary>
    public bool RelativeClassToken { get; init; } = true;

    /// <summary>The norm before the hidden layer.</summary>
    public MlpNorm MlpNorm { get; init; }

    /// <summary>The ε of layer norms, above 0.</summary>
    public double NormEpsilon { get; init; } = 1e-6;
}

/// <summary>The norm before a block's hidden layer.</summary>
public enum MlpNorm
{
    /// <summary>Layer norm.</summary>
    Layer,

    /// <summary>
    /// Batch norm over all tokens of all images: the ViT-BN of MoCo v3's ablations. Chen et al. 2021, https://arxiv.org/abs/2104.02057
    /// </summary>
    Batch,
}

/// <summary>Which of queries, keys and values have a bias.</summary>
public enum QkvBias
{
    /// <summary>All three.</summary>
    All,

    /// <summary>Queries and values, as in BEiT: keys <c>attn.q_bias</c> and <c>attn.v_bias</c>.</summary>
    QueryValue,

    /// <summary>None of them.</summary>
    None,
}
