using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// A pre-norm transformer block, x + attention(norm(x)) and then x + mlp(norm(x)), with timm's state-dict keys
/// (<c>norm1</c>, <c>attn.qkv</c>, <c>attn.proj</c>, <c>norm2</c>, <c>mlp.fc1</c>, <c>mlp.fc2</c>, and <c>ls1</c>, <c>ls2</c> with layer
/// scale). Decoders use it too.
/// </summary>
public sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly SelfAttention attn;
    private readonly LayerScale? ls1;
    private readonly nn.Module<Tensor, Tensor> norm2;
    private readonly FeedForward mlp;
    private readonly LayerScale? ls2;
    private readonly bool recompute;

    /// <summary>Makes a block.</summary>
    /// <param name="dimension">D, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="mlpRatio">Width of the hidden layer, in dimensions.</param>
    /// <param name="dropPath">The probability, below 1, that training skips a residual branch of an image.</param>
    /// <param name="recompute">Whether activations are computed again for the gradient instead of kept.</param>
    public TransformerBlock(int dimension, int heads, double mlpRatio = 4, double dropPath = 0, bool recompute = false)
        : this(dimension, heads, new TransformerBlockOptions { MlpRatio = mlpRatio, DropPath = dropPath, Recompute = recompute })
    {
    }

    /// <summary>Makes a block with options.</summary>
    /// <param name="dimension">D, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="options">The options.</param>
    public TransformerBlock(int dimension, int heads, TransformerBlockOptions options)
        : this(dimension, heads, options, relativePositions: null)
    {
    }

    /// <summary>Makes a block with relative positions [1, h, L, L] that it shares with others.</summary>
    internal TransformerBlock(int dimension, int heads, TransformerBlockOptions options, Func<Tensor>? relativePositions)
        : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(dimension, eps: options.NormEpsilon);
        attn = new SelfAttention(dimension, heads, options, relativePositions);
        norm2 = options.MlpNorm == MlpNorm.Batch ? nn.BatchNorm1d(dimension) : nn.LayerNorm(dimension, eps: options.NormEpsilon);
        mlp = new FeedForward(dimension, (int)(dimension * options.MlpRatio));
        if (options.LayerScale is { } start)
        {
            (ls1, ls2) = (new LayerScale(dimension, start), new LayerScale(dimension, start));
        }

        recompute = options.Recompute;
        DropPath = options.DropPath;
        RegisterComponents();
    }

    /// <summary>The probability, below 1, that training skips a residual branch of an image.</summary>
    public double DropPath { get; set; }

    /// <summary>Its attention.</summary>
    internal SelfAttention Attention => attn;

    /// <summary>Runs the block.</summary>
    /// <param name="input">[N, L, D].</param>
    /// <returns>[N, L, D].</returns>
    public override Tensor forward(Tensor input) => recompute ? Recomputation.Run(this, Compute, input) : Compute(input);

    private Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs

        // Not in place: under autocast a branch is bfloat16, and the residual stream must stay float32.
        var x = input + Dropped(Scaled(attn.call(norm1.call(input)), ls1));
        return (x + Dropped(Scaled(mlp.call(Norm2(x)), ls2))).MoveToOuterDisposeScope();
    }

    private Tensor Norm2(Tensor tokens) =>
        norm2 is BatchNorm1d ? norm2.call(tokens.flatten(0, 1)).view(tokens.shape) : norm2.call(tokens);

    private Tensor Dropped(Tensor branch) => training && DropPath > 0 ? ResidualBlock.DropSome(branch, DropPath) : branch;

    private static Tensor Scaled(Tensor branch, LayerScale? scale) => scale is null ? branch : scale.call(branch);

    private sealed class LayerScale : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter gamma; // [D]

        public LayerScale(int dimension, double start)
            : base(nameof(LayerScale))
        {
            gamma = (Parameter)new Parameter(full(dimension, start)).DetachFromDisposeScope();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input * gamma;
    }

    private sealed class FeedForward : nn.Module<Tensor, Tensor>
    {
        private readonly Linear fc1;
        private readonly Linear fc2;

        public FeedForward(int dimension, int hidden)
            : base(nameof(FeedForward))
        {
            fc1 = nn.Linear(dimension, hidden);
            fc2 = nn.Linear(hidden, dimension);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return fc2.Apply(nn.functional.gelu(fc1.Apply(input))).MoveToOuterDisposeScope();
        }
    }
}
