namespace SslFramework.Core.Backbones.Transformers;

/// <summary>
/// Fixed two-dimensional positions: one half of a token encodes its column, the other its row, each as all sines and then
/// all cosines of the coordinate times 10000^(−4i/D).
/// </summary>
public static class SinCosPositions
{
    private const double LongestWave = 10000;

    /// <summary>Positions as in MAE: the first half encodes the column. He et al. 2022, https://arxiv.org/abs/2111.06377</summary>
    /// <param name="dimension">D, a multiple of 4.</param>
    /// <param name="rows">Rows of the patch grid.</param>
    /// <param name="columns">Columns of the patch grid.</param>
    /// <param name="prefixTokens">Rows of zeros before the patches, for a class token.</param>
    /// <returns>float32 [1, prefixTokens + rows·columns, D], row by row.</returns>
    public static Tensor Mae(int dimension, int rows, int columns, int prefixTokens) =>
        Table(dimension, rows, columns, prefixTokens, columnFirst: true);

    /// <summary>Positions as in MoCo v3: the first half encodes the row. Chen et al. 2021, https://arxiv.org/abs/2104.02057</summary>
    /// <inheritdoc cref="Mae"/>
    public static Tensor MocoV3(int dimension, int rows, int columns, int prefixTokens) =>
        Table(dimension, rows, columns, prefixTokens, columnFirst: false);

    private static Tensor Table(int dimension, int rows, int columns, int prefixTokens, bool columnFirst)
    {
        var quarter = dimension / 4;
        var table = new float[(prefixTokens + (rows * columns)) * dimension];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var token = table.AsSpan((prefixTokens + (row * columns) + column) * dimension, dimension);
                Encode(columnFirst ? column : row, token[..(2 * quarter)]);
                Encode(columnFirst ? row : column, token[(2 * quarter)..]);
            }
        }

        return tensor(table, [1, prefixTokens + (rows * columns), dimension]);

        void Encode(int coordinate, Span<float> half)
        {
            for (var i = 0; i < quarter; i++)
            {
                var (sine, cosine) = Math.SinCos(coordinate * Math.Pow(LongestWave, -(double)i / quarter));
                (half[i], half[quarter + i]) = ((float)sine, (float)cosine);
            }
        }
    }
}
