using System.Globalization;
using SslFramework.Core.Diagnostics;

namespace SslFramework.Core.Objectives;

/// <summary>The pairs that a contrastive method compares, as pictures.</summary>
public static class PairFigure
{
    /// <summary>
    /// Some views, each beside the other view of its image and beside the nearest of another image, with their cosine similarities.
    /// </summary>
    /// <param name="batch">Two views of each image.</param>
    /// <param name="embed">Computes from both views, [N, C, H, W], their embeddings, [N, D].</param>
    public static Figure Draw(ViewBatch batch, Func<Tensor, Tensor, (Tensor Queries, Tensor Keys)> embed)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var ((first, second), n) = (batch.Pair(), batch.Count);
        var (queries, keys) = embed(first, second);
        var similarities = nn.functional.normalize(queries.to(float32)).mm(nn.functional.normalize(keys.to(float32)).t()).cpu(); // [N, N]
        var (highest, nearest) = (similarities - (3 * eye(n))).max(1); // an own key ranks below all others

        var shown = ShownPixels.Of(cat([first, second])).cpu(); // [2N, C, H, W]
        var (queryViews, keyViews) = (shown.narrow(0, 0, n), shown.narrow(0, n, n));
        var columns = n > 1 ? 3 : 2; // a single image has no others
        var pictures = stack([queryViews, keyViews, keyViews.index_select(0, nearest)], 1).narrow(1, 0, columns); // [N, columns, C, H, W]
        return new Figure(
            "Views, and how alike the network takes them to be: cosine similarity, at most 1",
            pictures.MoveToOuterDisposeScope(),
            [.. new[] { "a view", "the same image", "nearest of the others" }.Take(columns)])
        {
            Captions = [.. Enumerable.Range(0, n).SelectMany(i => new[] { "", Text(similarities[i, i]), Text(highest[i]) }.Take(columns))],
        };

        static string Text(Tensor similarity) => similarity.item<float>().ToString("0.00", CultureInfo.InvariantCulture);
    }
}
