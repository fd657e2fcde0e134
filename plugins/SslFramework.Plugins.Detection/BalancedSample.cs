namespace SslFramework.Plugins.Detection;

/// <summary>Some of the candidates to learn from, in which objects are not too rare.</summary>
/// <param name="Positives">Numbers of candidates that are of an object, ascending.</param>
/// <param name="Negatives">Numbers of candidates that are of none, ascending.</param>
internal sealed record BalancedSample(int[] Positives, int[] Negatives)
{
    /// <summary>Draws them, a function of the random numbers alone.</summary>
    /// <param name="matches">What <see cref="Matcher"/> gave.</param>
    /// <param name="count">How many in all, if there are so many.</param>
    /// <param name="positives">The largest share of candidates that are of an object; those of none fill up.</param>
    /// <param name="random">The image's and step's.</param>
    public static BalancedSample Draw(int[] matches, int count, double positives, SampleRandom random)
    {
        int[] all = [.. Enumerable.Range(0, matches.Length)];
        var found = Some(Array.FindAll(all, i => matches[i] >= 0), (int)(count * positives), ref random);
        return new(found, Some(Array.FindAll(all, i => matches[i] == Matcher.Background), count - found.Length, ref random));
    }

    private static int[] Some(int[] numbers, int count, ref SampleRandom random)
    {
        count = Math.Min(count, numbers.Length);
        for (var i = 0; i < count; i++)
        {
            var other = i + random.Next(numbers.Length - i);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        var drawn = numbers[..count];
        Array.Sort(drawn);
        return drawn;
    }
}
