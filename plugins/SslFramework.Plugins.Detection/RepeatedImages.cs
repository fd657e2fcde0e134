namespace SslFramework.Plugins.Detection;

/// <summary>
/// Repeats images of rare classes: an image is shown √(t / f) times per epoch if its rarest class is on a share f of all images that is
/// below t. Gupta, Dollár and Girshick 2019, https://arxiv.org/abs/1908.03195
/// </summary>
internal static class RepeatedImages
{
    /// <summary>How often each image is shown, at least 1.</summary>
    /// <param name="classes">The classes of each image's objects.</param>
    /// <param name="below">t; 0 shows each once.</param>
    public static double[] Factors(IReadOnlyList<IReadOnlyList<int>> classes, double below)
    {
        var images = classes.SelectMany(own => own.Distinct()).CountBy(one => one).ToDictionary();
        return [.. classes.Select(own => own.Distinct()
            .Select(one => Math.Sqrt(below / ((double)images[one] / classes.Count))).Append(1).Max())];
    }

    /// <summary>The images of an epoch: fractions become one more with that probability.</summary>
    public static int[] Of(IReadOnlyList<double> factors, int seed, int epoch)
    {
        var random = new SampleRandom((ulong)seed, (ulong)epoch, 0, 2);
        var images = new List<int>();
        for (var i = 0; i < factors.Count; i++)
        {
            images.AddRange(Enumerable.Repeat(i, (int)factors[i] + (random.NextDouble() < factors[i] % 1 ? 1 : 0)));
        }

        return [.. images];
    }
}
