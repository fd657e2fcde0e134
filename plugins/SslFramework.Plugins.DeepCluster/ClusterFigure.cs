using SslFramework.Core.Diagnostics;

namespace SslFramework.Plugins.DeepCluster;

/// <summary>Clusters as pictures.</summary>
internal static class ClusterFigure
{
    private const int Columns = 6;

    /// <summary>Draws some views, each beside images of the cluster that its image is in, spread over the whole cluster.</summary>
    /// <param name="batch">One view of each image.</param>
    /// <param name="labels">The cluster of each image of the source, int64 [images].</param>
    /// <param name="source">The images.</param>
    public static Figure Draw(ViewBatch batch, Tensor labels, IDataSource source)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var views = ShownPixels.Of(batch.Single()).cpu(); // [N, C, H, W]
        var all = labels.cpu().data<long>().ToArray();
        var members = batch.Indices.Select(image => Members(all, all[image])).ToArray();
        var (height, width) = (views.shape[2], views.shape[3]);
        var pictures = SourcePictures.Of(source, members.SelectMany(Spread), height, width).view(batch.Count, Columns, -1, height, width);
        return new Figure(
            "Views, and images that the last clustering put into the same cluster",
            cat([views.unsqueeze(1), pictures], 1).MoveToOuterDisposeScope(),
            ["a view", "its cluster", .. Enumerable.Repeat("", Columns - 1)])
        {
            Captions = [.. members.SelectMany(cluster => Enumerable.Repeat("", Columns).Prepend($"of {cluster.Length}"))],
        };

        static long[] Members(long[] all, long cluster) =>
            [.. all.Index().Where(pair => pair.Item == cluster).Select(pair => (long)pair.Index)];

        static IEnumerable<long> Spread(long[] cluster) =>
            Enumerable.Range(0, Columns).Select(column => cluster[column * cluster.Length / Columns]);
    }
}
