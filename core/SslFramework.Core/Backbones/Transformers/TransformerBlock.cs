using SslFramework.Core.Tensors;
using TorchSharp.Modules;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// A pre-norm transformer block, x + attention(norm(x)) and then x + mlp(norm(x)), with timm's state-dict keys
/// (<c>norm1</c>, <c>attn.qkv</c>, <c>attn.proj</c>, <c>norm2</c>, <c>mlp.fc1</c>, <c>mlp.fc2</c>). Decoders use it too.
/// </summary>
public sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private const double NormEpsilon = 1e-6;

    private readonly LayerNorm norm1;
    private readonly SelfAttention attn;
    private readonly LayerNorm norm2;
    private readonly FeedForward mlp;
    private readonly bool recompute;

    /// <summary>Makes a block.</summary>
    /// <param name="dimension">D, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="mlpRatio">Width of the hidden layer, in dimensions.</param>
    /// <param name="dropPath">The probability, below 1, that training skips a residual branch of an image.</param>
    /// <param name="recompute">Whether activations are computed again for the gradient instead of kept.</param>
    public TransformerBlock(int dimension, int heads, double mlpRatio = 4, double dropPath = 0, bool recompute = false)
        : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(dimension, eps: NormEpsilon);
        attn = new SelfAttention(dimension, heads);
        norm2 = nn.LayerNorm(dimension, eps: NormEpsilon);
        mlp = new FeedForward(dimension, (int)(dimension * mlpRatio));
        this.recompute = recompute;
        DropPath = dropPath;
        RegisterComponents();
    }

    /// <summary>The probability, below 1, that training skips a residual branch of an image.</summary>
    public double DropPath { get; set; }

    /// <summary>Runs the block.</summary>
    /// <param name="input">[N, L, D].</param>
    /// <returns>[N, L, D].</returns>
    public override Tensor forward(Tensor input) => recompute ? Recomputation.Run(this, Compute, input) : Compute(input);

    private Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs

        // Not in place: under autocast a branch is bfloat16, and the residual stream must stay float32.
        var x = input + DropSome(attn.call(norm1.call(input)));
        return (x + DropSome(mlp.call(norm2.call(x)))).MoveToOuterDisposeScope();
    }

    /// <summary>Zeroes the branch of some images and scales the others so that the mean stays the same.</summary>
    private Tensor DropSome(Tensor branch)
    {
        if (!training || DropPath == 0)
        {
            return branch;
        }

        var keep = 1 - DropPath;
        var count = branch.shape[0];
        // Drawn on the CPU: another device draws the same.
        var kept = rand(count, 1, 1, device: CPU).lt(keep).to(branch.dtype).div_(keep); // [N, 1, 1]
        return branch * kept.to(branch.device);
    }

    private sealed class SelfAttention : nn.Module<Tensor, Tensor>
    {
        private readonly Linear qkv;
        private readonly Linear proj;
        private readonly int heads;

        public SelfAttention(int dimension, int heads)
            : base(nameof(SelfAttention))
        {
            this.heads = heads;
            qkv = nn.Linear(dimension, 3 * dimension);
            proj = nn.Linear(dimension, dimension);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (n, l, d) = (input.shape[0], input.shape[1], input.shape[2]);
            var parts = qkv.Apply(input).view(n, l, 3, heads, d / heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 of [N, h, L, D/h]
            var mixed = parts[0].dtype == ScalarType.BFloat16 && input.device_type == DeviceType.CPU
                ? Attend(parts[0], parts[1], parts[2])
                : nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
            return proj.Apply(mixed.transpose(1, 2).reshape(n, l, d)).MoveToOuterDisposeScope();
        }

        /// <summary>
        /// softmax(q·kᵀ/√d)·v in products of all heads at once. On the CPU the gradient of the fused attention calls a bfloat16 product
        /// for each head of each image, and setting those up takes longer than computing them: a step of a ViT of 4 × 96 took 2.3 times
        /// as long, of ViT-B on 50 tokens 1.24 times.
        /// </summary>
        private static Tensor Attend(Tensor queries, Tensor keys, Tensor values)
        {
            var scaled = queries * (1 / Math.Sqrt(queries.shape[3]));
            var weights = scaled.flatten(0, 1).bmm(keys.flatten(0, 1).transpose(1, 2)).softmax(-1); // [N · h, L, L]
            return weights.bmm(values.flatten(0, 1)).view(queries.shape); // [N, h, L, D/h]
        }
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
