namespace SslFramework.Core.Data;

/// <summary>In which order an epoch shows the images.</summary>
public static class SampleOrder
{
    /// <summary>A permutation of 0 … <paramref name="count"/> − 1 that is a pure function of seed and epoch (Fisher–Yates).</summary>
    public static int[] Shuffled(long seed, int epoch, int count)
    {
        // No image has this number: the stream is the order's own.
        var random = new SampleRandom(unchecked((ulong)seed), (ulong)epoch, ulong.MaxValue, 0);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], i);
        }

        return order;
    }

    /// <summary>0 … <paramref name="count"/> − 1.</summary>
    public static int[] Straight(int count) => [.. Enumerable.Range(0, count)];
}
