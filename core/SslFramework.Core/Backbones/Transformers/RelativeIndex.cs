namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// Which row of a table of relative positions belongs to each pair of tokens: one row for each distance in rows and columns, and three
/// more for pairs with the class token. Bao et al. 2021, https://arxiv.org/abs/2106.08254
/// </summary>
public sealed class RelativeIndex
{
    private readonly int length;
    private Tensor? held; // no buffer: it is a function of the grid, and a move of the module to another type would round it

    /// <summary>Makes the index.</summary>
    /// <param name="rows">Rows of the patch grid, R.</param>
    /// <param name="columns">Columns of the patch grid, C.</param>
    /// <param name="classToken">Whether a class token comes first.</param>
    public RelativeIndex(int rows, int columns, bool classToken)
    {
        var (prefix, distances) = (classToken ? 1 : 0, ((2 * rows) - 1) * ((2 * columns) - 1));
        length = prefix + (rows * columns);
        Entries = distances + (classToken ? 3 : 0);
        Numbers = new long[length * length];
        for (var from = 0; from < length; from++)
        {
            for (var to = 0; to < length; to++)
            {
                var (a, b) = (from - prefix, to - prefix);
                Numbers[(from * length) + to] = (a < 0, b < 0) switch
                {
                    (true, true) => distances + 2,
                    (false, true) => distances + 1,
                    (true, false) => distances,
                    _ => (((a / columns) - (b / columns) + rows - 1) * ((2 * columns) - 1)) + (a % columns) - (b % columns) + columns - 1,
                };
            }
        }
    }

    /// <summary>
    /// Rows of the table: (2R − 1)(2C − 1) distances; from the class token to a patch, from a patch to it, from it to itself.
    /// </summary>
    public int Entries { get; }

    /// <summary>[L · L], L tokens with the class token first.</summary>
    public long[] Numbers { get; }

    /// <summary>A table of zeros.</summary>
    /// <param name="heads">Attention heads, h.</param>
    /// <returns>[entries, h].</returns>
    public Parameter Table(int heads) => (Parameter)new Parameter(zeros(Entries, heads)).DetachFromDisposeScope();

    /// <summary>What a table adds to the scores of attention.</summary>
    /// <param name="table">[entries, h].</param>
    /// <returns>[1, h, L, L].</returns>
    public Tensor Bias(Tensor table)
    {
        if (held is null || held.device_type != table.device_type || held.device_index != table.device_index)
        {
            held?.Dispose();
            held = tensor(Numbers, device: table.device).DetachFromDisposeScope();
        }

        return table.index_select(0, held).view(length, length, -1).permute(2, 0, 1).unsqueeze(0);
    }
}
