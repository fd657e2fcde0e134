using TorchSharp.Utils;

namespace SslFramework.Core.Backbones.Transformers;

/// <summary>Relative positions that all blocks of a network share.</summary>
internal sealed class RelativePositions : nn.Module
{
    internal const string TableName = "relative_position_bias_table";

    [ComponentName(Name = TableName)]
    private readonly Parameter table; // [entries, h]

    private readonly RelativeIndex index;

    /// <summary>Makes them, all zeros.</summary>
    /// <param name="index">Which of them belongs to each pair of tokens.</param>
    /// <param name="heads">Attention heads, h.</param>
    public RelativePositions(RelativeIndex index, int heads)
        : base(nameof(RelativePositions))
    {
        (this.index, table) = (index, index.Table(heads));
        RegisterComponents();
    }

    /// <summary>[1, h, L, L].</summary>
    public Tensor Bias() => index.Bias(table);
}
