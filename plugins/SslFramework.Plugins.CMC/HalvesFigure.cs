using System.Globalization;
using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.CMC;

/// <summary>Halves of images, and what one finds by the other, as pictures.</summary>
internal static class HalvesFigure
{
    /// <summary>Draws some views, their halves, and for each the image whose second half is the nearest to the first one.</summary>
    /// <param name="batch">One view of each image.</param>
    /// <param name="halves">Its halves, [N, channels, H, W] each.</param>
    /// <param name="similarities">Of the first halves with the entries of the second halves of all images, [N, images].</param>
    /// <param name="source">The images.</param>
    public static Figure Draw(ViewBatch batch, (Tensor First, Tensor Second) halves, Tensor similarities, IDataSource source)
    {
        using var scope = NewDisposeScope();
        var views = batch.Single();
        var (values, rows) = similarities.max(1); // [N]
        var nearest = rows.cpu().data<long>().ToArray();
        var found = SourcePictures.Of(source, nearest, views.shape[2], views.shape[3]);
        Tensor[] columns = [ShownPixels.Of(views).cpu(), Shown(halves.First), Shown(halves.Second), found];
        return new Figure(
            "Images, their halves, and the image whose second half is the nearest to the first: cosine similarity, at most 1",
            stack(columns, 1).MoveToOuterDisposeScope(),
            ["image", "first half", halves.Second.shape[1] == 2 ? "second half, in false colors" : "second half", "found by the first"])
        {
            Captions = [.. nearest.SelectMany((i, n) => new[] { "", "", "", Text(n) + (i == batch.Indices[n] ? " (itself)" : "") })],
        };

        // Of two channels, one is shown as red and the other as blue.
        Tensor Shown(Tensor half)
        {
            var pixels = half.shape[1] == 2 ? stack([half.select(1, 0), half.mean([1]), half.select(1, 1)], 1) : half;
            return ShownPixels.Of(pixels).expand(-1, views.shape[1], -1, -1).cpu();
        }

        string Text(int n) => values[n].ToDouble().ToString("0.00", CultureInfo.InvariantCulture);
    }
}
