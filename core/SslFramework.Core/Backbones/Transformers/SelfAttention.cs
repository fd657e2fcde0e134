using SslFramework.Core.Tensors;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Attention of tokens to each other, with several heads.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    private readonly int heads;
    private readonly bool causal;
    private readonly Func<Tensor>? shared;

    [ComponentName(Name = "q_bias")]
    private readonly Parameter? queryBias; // [D]

    [ComponentName(Name = "v_bias")]
    private readonly Parameter? valueBias; // [D]

    [ComponentName(Name = RelativePositions.TableName)]
    private readonly Parameter? table; // [entries, h]

    private readonly RelativeIndex? index;
    private readonly Linear qkv;
    private readonly Linear proj;

    /// <summary>Makes the layers.</summary>
    /// <param name="dimension">D, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads, h.</param>
    /// <param name="options">The block's options.</param>
    /// <param name="shared">Gives relative positions [1, h, L, L] that several blocks share.</param>
    public SelfAttention(int dimension, int heads, TransformerBlockOptions options, Func<Tensor>? shared)
        : base(nameof(SelfAttention))
    {
        (this.heads, causal, this.shared) = (heads, options.Causal, shared);
        qkv = nn.Linear(dimension, 3 * dimension, hasBias: options.QkvBias == QkvBias.All);
        proj = nn.Linear(dimension, dimension);
        if (options.QkvBias == QkvBias.QueryValue)
        {
            queryBias = (Parameter)new Parameter(zeros(dimension)).DetachFromDisposeScope();
            valueBias = (Parameter)new Parameter(zeros(dimension)).DetachFromDisposeScope();
        }

        if (options.RelativeGrid is { } grid)
        {
            index = new RelativeIndex(grid.Height, grid.Width, options.RelativeClassToken);
            table = index.Table(heads);
        }

        RegisterComponents();
    }

    private bool IsRelative => table is not null || shared is not null;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (n, l, d) = (input.shape[0], input.shape[1], input.shape[2]);
        var projected = qkv.Apply(input); // [N, L, 3 · D]
        if (Biases() is { } biases)
        {
            projected += biases.to(projected.dtype);
        }

        var parts = projected.view(n, l, 3, heads, d / heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 of [N, h, L, D/h]
        var isHalf = parts[0].dtype == ScalarType.BFloat16 && input.device_type == DeviceType.CPU;
        var bias = isHalf || IsRelative ? Bias(l)?.to(parts[0].dtype, parts[0].device) : null;
        var mixed = isHalf
            ? Attend(parts[0], parts[1], parts[2], bias)
            : nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias, is_casual: causal && bias is null);
        return proj.Apply(mixed.transpose(1, 2).reshape(n, l, d)).MoveToOuterDisposeScope();
    }

    /// <summary>What is added to the scores of L tokens, [1, h, L, L] or [L, L]; null if nothing is.</summary>
    internal Tensor? Bias(long length)
    {
        var relative = table is null ? shared?.Invoke() : index!.Bias(table);
        if (!causal)
        {
            return relative;
        }

        var later = zeros(length, length, relative?.dtype ?? float32, relative?.device).sub(double.PositiveInfinity).triu(1);
        return relative is null ? later : relative + later;
    }

    /// <summary>Biases [3 · D] of query, key and value that are not those of the layer itself; null if there are none.</summary>
    internal Tensor? Biases() => queryBias is null ? null : cat([queryBias, zeros_like(queryBias), valueBias!]);

    /// <summary>
    /// softmax(q·kᵀ/√d)·v in products of all heads at once. On the CPU the gradient of the fused attention calls a bfloat16 product
    /// for each head of each image, and setting those up takes longer than computing them: a step of a ViT of 4 × 96 took 2.3 times
    /// as long, of ViT-B on 50 tokens 1.24 times.
    /// </summary>
    private static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias)
    {
        var scaled = queries * (1 / Math.Sqrt(queries.shape[3]));
        var scores = scaled.flatten(0, 1).bmm(keys.flatten(0, 1).transpose(1, 2)); // [N · h, L, L]
        scores = bias is null ? scores : (scores.unflatten(0, [queries.shape[0], queries.shape[1]]) + bias).flatten(0, 1);
        return scores.softmax(-1).bmm(values.flatten(0, 1)).view(queries.shape); // [N, h, L, D/h]
    }
}
