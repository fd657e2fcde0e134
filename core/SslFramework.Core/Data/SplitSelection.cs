using System.Text;

namespace SslFramework.Core.Data;

/// <summary>Shares images out between learning and measuring.</summary>
internal static class SplitSelection
{
    /// <summary>The images of a part, in order; null for all of them. The part of an image is a fixed function of its name.</summary>
    /// <exception cref="ExperimentException">There is none.</exception>
    public static int[]? Of(DataSplit split, double testFraction, int count, Func<int, string> name, string place)
    {
        if (split == DataSplit.All)
        {
            return null;
        }

        int[] chosen = [.. Enumerable.Range(0, count).Where(i => Part(name(i)) < testFraction == (split == DataSplit.Test))];
        return chosen.Length > 0 ? chosen : throw new ExperimentException(
            FailureKind.Data,
            $"None of the {count} images in '{place}' falls into the part \"split\" asks for; change \"testFraction\" {testFraction}.");
    }

    // A fixed number in [0, 1): FNV-1a of the UTF-8 bytes, mixed.
    private static double Part(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ b) * 1099511628211);
        }

        return new SampleRandom(hash, 0, 0, 0).NextDouble();
    }
}
