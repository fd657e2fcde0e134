namespace SslFramework.Plugins.DeepCluster;

/// <summary>How alike two clusterings are.</summary>
public static class MutualInformation
{
    /// <summary>Computes the mutual information of two clusterings of the same images, over the mean of their entropies.</summary>
    /// <param name="first">The cluster of each image.</param>
    /// <param name="second">The cluster of each image in the other clustering, whose numbers may mean others.</param>
    /// <returns>1 if both are the same but for the numbers of the clusters, 0 if one says nothing about the other.</returns>
    public static double Of(IReadOnlyList<long> first, IReadOnlyList<long> second)
    {
        var (a, b) = (Entropy(first), Entropy(second));
        return a + b == 0 ? 1 : 2 * (a + b - Entropy(first.Zip(second))) / (a + b);
    }

    private static double Entropy<T>(IEnumerable<T> labels)
        where T : notnull
    {
        var counts = labels.CountBy(label => label).Select(pair => (double)pair.Value).ToArray();
        var all = counts.Sum();
        return -counts.Sum(count => count / all * Math.Log(count / all));
    }
}
