namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>Gives each row a column of its own so that the sum of what they have together is the largest there is.</summary>
internal static class Assignment
{
    /// <summary>
    /// The Hungarian method with potentials, a row at a time, in the cube of the side. Kuhn 1955, https://doi.org/10.1002/nav.3800020109
    /// </summary>
    /// <param name="gains">[n, n].</param>
    /// <returns>The column of each row.</returns>
    public static int[] Largest(long[,] gains)
    {
        // Costs are minus the gains. A price per row and column keeps each cost above or at the sum of its two prices; pairs are made
        // only of costs that equal it. Column n stands for the row that is being placed.
        var n = gains.GetLength(0);
        var (rowPrices, columnPrices, rowOf) = (new long[n], new long[n + 1], Enumerable.Repeat(-1, n + 1).ToArray());
        for (var row = 0; row < n; row++)
        {
            var (slack, from, seen) = (Enumerable.Repeat(long.MaxValue, n).ToArray(), new int[n], new bool[n + 1]);
            var column = n;
            rowOf[n] = row;
            while (rowOf[column] >= 0)
            {
                seen[column] = true;
                var (placed, next) = (rowOf[column], -1);
                for (var j = 0; j < n; j++)
                {
                    if (!seen[j])
                    {
                        var above = -gains[placed, j] - rowPrices[placed] - columnPrices[j];
                        (slack[j], from[j]) = above < slack[j] ? (above, column) : (slack[j], from[j]);
                        next = next < 0 || slack[j] < slack[next] ? j : next;
                    }
                }

                var step = slack[next];
                for (var j = 0; j <= n; j++)
                {
                    if (seen[j])
                    {
                        rowPrices[rowOf[j]] += step;
                        columnPrices[j] -= step;
                    }
                    else
                    {
                        slack[j] -= step;
                    }
                }

                column = next;
            }

            while (column != n) // along the path, each column takes the row of the one before
            {
                (rowOf[column], column) = (rowOf[from[column]], from[column]);
            }
        }

        var columns = new int[n];
        for (var j = 0; j < n; j++)
        {
            columns[rowOf[j]] = j;
        }

        return columns;
    }
}
