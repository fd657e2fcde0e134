using System.Globalization;
using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.InstanceDiscrimination;

/// <summary>What the memory bank holds, as pictures.</summary>
internal static class EntryFigure
{
    private const int Columns = 6;

    /// <summary>Draws some views, each beside the images whose entries are the nearest, with their cosine similarities.</summary>
    /// <param name="batch">One view of each image.</param>
    /// <param name="queries">Their embeddings, [N, D], rows of length 1.</param>
    /// <param name="bank">[images, D], rows of length 1.</param>
    /// <param name="source">The images.</param>
    /// <param name="isClose">Says of rows of the bank, int64 [N, columns], which are close neighbors; null if the method has none.</param>
    public static Figure Draw(ViewBatch batch, Tensor queries, Tensor bank, IDataSource source, Func<Tensor, Tensor>? isClose = null)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (views, columns) = (ShownPixels.Of(batch.Single()).cpu(), Math.Min(Columns, (int)bank.shape[0])); // [N, C, H, W]
        var (similarities, rows) = queries.mm(bank.t()).topk(columns); // [N, columns]
        var close = (isClose?.Invoke(rows) ?? zeros_like(rows).to(@bool)).cpu().flatten().data<bool>().ToArray();
        var values = similarities.to(float32).cpu().flatten().data<float>().ToArray();
        var images = rows.cpu().flatten().data<long>().ToArray();
        var (height, width) = (views.shape[2], views.shape[3]);
        var nearest = SourcePictures.Of(source, images, height, width).view(batch.Count, columns, -1, height, width);
        return new Figure(
            "Views, and the images whose entries in the memory bank are the nearest: cosine similarity, at most 1",
            cat([views.unsqueeze(1), nearest], 1).MoveToOuterDisposeScope(),
            ["a view", "nearest", .. Enumerable.Repeat("", columns - 1)])
        {
            Captions =
            [
                .. Enumerable.Range(0, batch.Count).SelectMany(n => Enumerable.Range(n * columns, columns).Select(Text).Prepend("")),
            ],
        };

        string Text(int i) => values[i].ToString("0.00", CultureInfo.InvariantCulture)
            + (images[i] == batch.Indices[i / columns] ? " (itself)" : close[i] ? " (close)" : "");
    }
}
