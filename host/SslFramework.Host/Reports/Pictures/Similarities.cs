using TorchSharp;

namespace SslFramework.Host.Reports.Pictures;

/// <summary>How alike the features of images are: cosine similarities, [N][N].</summary>
internal sealed class Similarities
{
    private readonly float[][] values;

    private Similarities(float[][] values) => this.values = values;

    /// <summary>The number of images.</summary>
    public int Count => values.Length;

    /// <summary>From -1 to 1.</summary>
    public float this[int one, int other] => values[one][other];

    /// <summary>Compares features.</summary>
    /// <param name="rows">[N, D].</param>
    public static Similarities Of(torch.Tensor rows)
    {
        var unit = torch.nn.functional.normalize(rows, dim: 1);
        return new([.. unit.mm(unit.t()).contiguous().data<float>().ToArray().Chunk((int)rows.shape[0])]);
    }

    /// <summary>The images that are most like one, without itself, nearest first.</summary>
    public IEnumerable<int> Nearest(int query, int count) =>
        Enumerable.Range(0, Count).Where(other => other != query).OrderByDescending(other => values[query][other]).Take(count);
}
