using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Neighbors;

/// <summary>Classifies by the vote of the nearest neighbors. Wu et al. 2018, https://arxiv.org/abs/1805.01978</summary>
internal sealed class WeightedVote
{
    // 64 MiB of similarities or scores at a time, however many queries and classes there are.
    private const long BlockNumbers = 1 << 24;

    private readonly LabeledFeatures bank;

    /// <summary>Sets the voters.</summary>
    /// <param name="bank">The voters' features; rows need no particular length.</param>
    public WeightedVote(LabeledFeatures bank) => this.bank = bank with { Values = Unit(bank.Values) };

    /// <summary>The sum of exp(cosine similarity / T) of the k nearest, by class, for each k and each T.</summary>
    /// <param name="queries">[Q, D].</param>
    /// <param name="neighbors">Numbers of neighbors, each 1 to the size of the bank.</param>
    /// <param name="temperatures">T, above 0.</param>
    /// <returns>float32 [Q, C], one for each k and, within it, each T.</returns>
    public IReadOnlyList<Tensor> Scores(Tensor queries, IReadOnlyList<int> neighbors, IReadOnlyList<double> temperatures) =>
        InBlocks(queries, neighbors, temperatures, (_, scores) => scores);

    /// <summary>
    /// The rank of each query's true class in <see cref="Scores"/>, as in <see cref="Accuracy.Ranks"/>; only one block of scores is kept.
    /// </summary>
    /// <param name="queries">Features of the queries, [Q, D].</param>
    /// <param name="neighbors">Numbers of neighbors, each 1 to the size of the bank.</param>
    /// <param name="temperatures">T, above 0.</param>
    /// <returns>int64 [Q], one for each k and, within it, each T.</returns>
    public IReadOnlyList<Tensor> Ranks(LabeledFeatures queries, IReadOnlyList<int> neighbors, IReadOnlyList<double> temperatures) =>
        InBlocks(
            queries.Values,
            neighbors,
            temperatures,
            (begin, scores) => Accuracy.Ranks(scores, queries.Labels.narrow(0, begin, scores.shape[0])));

    private List<Tensor> InBlocks(
        Tensor queries, IReadOnlyList<int> neighbors, IReadOnlyList<double> temperatures, Func<long, Tensor, Tensor> keep)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = queries.shape[0];
        var pairs = neighbors.SelectMany(k => temperatures.Select(t => (K: k, Temperature: t))).ToList();
        var block = Math.Max(1, BlockNumbers / Math.Max(bank.Count, (long)bank.Classes * pairs.Count));
        var kept = pairs.ConvertAll(_ => new List<Tensor>());
        for (var begin = 0L; begin < rows; begin += block)
        {
            using var blockScope = NewDisposeScope();
            var count = Math.Min(block, rows - begin);
            var similarities = Unit(queries.narrow(0, begin, count)).mm(bank.Values.t()); // [q, N]
            var (nearest, indices) = similarities.topk(neighbors.Max(), dim: 1); // [q, k], nearest first
            var classes = bank.Labels[indices]; // [q, k]
            for (var i = 0; i < pairs.Count; i++)
            {
                var weights = nearest.narrow(1, 0, pairs[i].K).div(pairs[i].Temperature).exp(); // e^(1/0.07) is beyond half precision
                var scores = zeros([count, bank.Classes], float32, queries.device).scatter_add_(
                    1, classes.narrow(1, 0, pairs[i].K), weights);
                kept[i].Add(keep(begin, scores).MoveToOuterDisposeScope());
            }
        }

        return kept.ConvertAll(parts => cat(parts).MoveToOuterDisposeScope());
    }

    private static Tensor Unit(Tensor rows) => nn.functional.normalize(rows.to(float32), dim: 1);
}
