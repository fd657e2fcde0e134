namespace SslFramework.Engine.Data;

/// <summary>In which order an epoch shows the images.</summary>
internal static class SampleOrder
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

    /// <summary>At most <paramref name="some"/> of <paramref name="count"/> images, evenly spaced and ascending: of data in the order of their classes, some of each.</summary>
    public static int[] Spread(int some, int count)
    {
        var chosen = Math.Min(some, count);
        return [.. Enumerable.Range(0, chosen).Select(i => (int)((long)i * count / chosen))];
    }

    /// <summary>0 … <paramref name="count"/> − 1.</summary>
    public static int[] Straight(int count) => [.. Enumerable.Range(0, count)];
}
