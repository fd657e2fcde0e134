using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Plugins.IGPT;

/// <summary>A block of the transformer of Image GPT: no biases, norms by the root mean square, and x·σ(1.702·x) within.</summary>
internal sealed class PixelBlock : nn.Module<Tensor, Tensor>
{
    private readonly int heads;
    private readonly bool causal;
    private readonly bool recompute;

    [ComponentName(Name = "ln_1")]
    private readonly RmsNorm norm1;

    [ComponentName(Name = "ln_2")]
    private readonly RmsNorm norm2;

    [ComponentName(Name = "c_attn")]
    private readonly Linear attention; // queries, keys and values

    [ComponentName(Name = "c_proj")]
    private readonly Linear projection;

    [ComponentName(Name = "c_fc")]
    private readonly Linear hidden;

    [ComponentName(Name = "mlp_proj")]
    private readonly Linear output;

    public PixelBlock(PixelTransformerOptions options)
        : base(nameof(PixelBlock))
    {
        (heads, causal, recompute) = (options.Heads, options.Causal, options.Recompute);
        var d = options.Dimension;
        (norm1, norm2) = (new RmsNorm(d), new RmsNorm(d));
        attention = Drawn(d, 3 * d, 1 / Math.Sqrt(d));
        projection = Drawn(d, d, 1 / Math.Sqrt(d * options.Depth));
        (hidden, output) = (Drawn(d, 4 * d, 0.02), Drawn(4 * d, d, 0.02));
        RegisterComponents();
    }

    /// <summary>The norm of the block's input.</summary>
    public RmsNorm FirstNorm => norm1;

    /// <summary>The activation between the linear layers.</summary>
    public static Tensor Activate(Tensor x) => x * (1.702 * x).sigmoid();

    /// <summary>[N, L, D] → [N, L, D].</summary>
    public override Tensor forward(Tensor input) => recompute ? Recomputation.Run(this, Compute, input) : Compute(input);

    /// <summary>The next place of a causal sequence: [N, 1, D] → [N, 1, D].</summary>
    public Tensor Next(Tensor input, AttentionMemory memory)
    {
        var parts = Project(input);
        var (keys, values) = memory.Add(parts[1], parts[2]);
        return Rest(input, Attend(parts[0], keys, values, isCausal: false));
    }

    private Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope(); // frees at once what no gradient needs
        var parts = Project(input);
        return Rest(input, Attend(parts[0], parts[1], parts[2], causal)).MoveToOuterDisposeScope();
    }

    /// <summary>Queries, keys and values, each [N, h, L, D / h].</summary>
    private Tensor[] Project(Tensor input)
    {
        var (n, l, d) = (input.shape[0], input.shape[1], input.shape[2]);
        return attention.Apply(norm1.call(input)).view(n, l, 3, heads, d / heads).permute(2, 0, 3, 1, 4).unbind(0);
    }

    private Tensor Rest(Tensor input, Tensor mixed)
    {
        var x = input + projection.Apply(mixed.transpose(1, 2).reshape(input.shape));
        return x + output.Apply(Activate(hidden.Apply(norm2.call(x))));
    }

    private static Tensor Attend(Tensor queries, Tensor keys, Tensor values, bool isCausal)
    {
        if (queries.dtype != ScalarType.BFloat16 || queries.device_type != DeviceType.CPU)
        {
            return nn.functional.scaled_dot_product_attention(queries, keys, values, is_casual: isCausal);
        }

        // On the CPU the fused attention takes longer in bfloat16 than products of all heads at once.
        var scaled = queries / Math.Sqrt(queries.shape[3]);
        var scores = scaled.flatten(0, 1).bmm(keys.flatten(0, 1).transpose(1, 2)); // [N · h, L, L]
        if (isCausal)
        {
            scores = scores + full_like(scores[0], double.NegativeInfinity).triu(1);
        }

        return scores.softmax(-1).bmm(values.flatten(0, 1)).view(queries.shape);
    }

    private static Linear Drawn(int inputs, int outputs, double deviation)
    {
        var layer = nn.Linear(inputs, outputs, hasBias: false);
        nn.init.normal_(layer.weight, 0, deviation);
        return layer;
    }
}

/// <summary>Divides tokens by their root mean square, and scales each dimension: no mean is subtracted.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Parameter g; // [D]

    public RmsNorm(int dimension)
        : base(nameof(RmsNorm))
    {
        g = (Parameter)new Parameter(ones(dimension)).DetachFromDisposeScope();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input * (input.square().mean([-1], keepdim: true) + Epsilon).rsqrt() * g;
}

/// <summary>Keys and values of the places of a sequence so far, for one block.</summary>
public sealed class AttentionMemory : IDisposable
{
    private Tensor? keys;
    private Tensor? values;

    /// <inheritdoc/>
    public void Dispose()
    {
        keys?.Dispose();
        values?.Dispose();
    }

    /// <summary>Adds a place, [N, h, 1, D / h] each, and gives all of them; they stay the memory's.</summary>
    internal (Tensor Keys, Tensor Values) Add(Tensor key, Tensor value)
    {
        (keys, values) = (Joined(keys, key), Joined(values, value));
        return (keys, values);

        static Tensor Joined(Tensor? before, Tensor next)
        {
            using var old = before;
            return (before is null ? next.clone() : cat([before, next], 2)).DetachFromDisposeScope();
        }
    }
}
