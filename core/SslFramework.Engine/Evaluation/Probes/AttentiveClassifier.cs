namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>One learned query that attends to the tokens of an image, a norm, and a linear classifier.</summary>
internal sealed class AttentiveClassifier : nn.Module
{
    private const double Deviation = 0.02;
    private const int HeadLength = 64;

    private readonly Parameter query; // [1, H, 1, D / H]
    private readonly TorchSharp.Modules.Linear keys;
    private readonly TorchSharp.Modules.Linear values;
    private readonly TorchSharp.Modules.Linear output;
    private readonly TorchSharp.Modules.LayerNorm norm;
    private readonly TorchSharp.Modules.Linear head;
    private readonly int heads;

    /// <summary>Makes the classifier.</summary>
    /// <param name="length">D, the length of a token.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="heads">Heads of the attention; null takes <see cref="HeadsOf"/>.</param>
    /// <param name="random">Draws the weights.</param>
    /// <exception cref="ExperimentException">The heads do not divide the length.</exception>
    public AttentiveClassifier(int length, int classes, int? heads, Generator random)
        : base("attentive")
    {
        this.heads = heads ?? HeadsOf(length);
        if (length % this.heads != 0)
        {
            throw new ExperimentException(
                FailureKind.Config, $"\"heads\" is {heads}, which does not divide the {length} numbers of a token; take another.");
        }

        using var gradient = no_grad();
        query = nn.Parameter(Drawn(1, this.heads, 1, length / this.heads));
        (keys, values, output) = (Layer(length), Layer(length), Layer(length));
        norm = nn.LayerNorm(length);
        head = Layer(classes);
        RegisterComponents();

        Tensor Drawn(params long[] shape) => randn(shape, generator: random).mul_(Deviation);

        TorchSharp.Modules.Linear Layer(int outputs)
        {
            var layer = nn.Linear(length, outputs);
            using var weight = Drawn(outputs, length);
            layer.weight!.copy_(weight);
            layer.bias!.zero_();
            return layer;
        }
    }

    /// <summary>Heads of 64 numbers each, or of the next length above that divides the tokens'.</summary>
    public static int HeadsOf(int length)
    {
        var heads = Math.Max(1, length / HeadLength);
        while (length % heads != 0)
        {
            heads--;
        }

        return heads;
    }

    /// <summary>What the query takes from the tokens, normalized: [N, D].</summary>
    /// <param name="tokens">[N, L, D].</param>
    public Tensor Pooled(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var taken = nn.functional.scaled_dot_product_attention(
            query.expand(tokens.shape[0], -1, -1, -1), Split(keys.call(tokens)), Split(values.call(tokens))); // [N, H, 1, D / H]
        return norm.call(output.call(taken.flatten(1))).MoveToOuterDisposeScope();
    }

    /// <summary>Logits [N, C] of what <see cref="Pooled"/> gives.</summary>
    public Tensor Logits(Tensor pooled) => head.call(pooled);

    /// <summary>[N, L, D] → [N, H, L, D / H].</summary>
    private Tensor Split(Tensor tokens) => tokens.unflatten(2, [heads, -1]).transpose(1, 2);
}
