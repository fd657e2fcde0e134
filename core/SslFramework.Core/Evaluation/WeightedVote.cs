namespace SslFramework.Core.Evaluation;

/// <summary>Classes by the vote of the nearest neighbours. Wu et al. 2018, https://arxiv.org/abs/1805.01978</summary>
public sealed class WeightedVote
{
    // 64 MiB of similarities at a time, however many queries there are.
    private const long BlockNumbers = 1 << 24;

    private readonly LabelledFeatures bank;
    private readonly double temperature;

    /// <summary>Takes the voters.</summary>
    /// <param name="bank">Its rows need no particular length.</param>
    /// <param name="temperature">T, above 0.</param>
    public WeightedVote(LabelledFeatures bank, double temperature)
    {
        this.bank = bank with { Values = Unit(bank.Values) };
        this.temperature = temperature;
    }

    /// <summary>The sum of exp(cosine similarity / T) of the k nearest, by class, for each k.</summary>
    /// <param name="queries">[Q, D].</param>
    /// <param name="neighbours">Numbers of neighbours, each 1 to the size of the bank.</param>
    /// <returns>float32 [Q, C], one for each k.</returns>
    public IReadOnlyList<Tensor> Scores(Tensor queries, IReadOnlyList<int> neighbours)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = queries.shape[0];
        var block = Math.Max(1, BlockNumbers / bank.Count);
        var scores = neighbours.Select(_ => zeros([rows, bank.Classes], float32, queries.device)).ToList();
        for (var begin = 0L; begin < rows; begin += block)
        {
            using var blockScope = NewDisposeScope();
            var count = Math.Min(block, rows - begin);
            var similarities = Unit(queries.narrow(0, begin, count)).mm(bank.Values.t()); // [q, N]
            var (nearest, indices) = similarities.topk(neighbours.Max(), dim: 1); // [q, k], nearest first
            var weights = nearest.div(temperature).exp(); // e^(1/0.07) is beyond half precision
            var classes = bank.Labels[indices]; // [q, k]
            for (var i = 0; i < neighbours.Count; i++)
            {
                scores[i].narrow(0, begin, count).scatter_add_(
                    1, classes.narrow(1, 0, neighbours[i]), weights.narrow(1, 0, neighbours[i]));
            }
        }

        return scores.ConvertAll(score => score.MoveToOuterDisposeScope());
    }

    private static Tensor Unit(Tensor rows) => nn.functional.normalize(rows.to(float32), dim: 1);
}
