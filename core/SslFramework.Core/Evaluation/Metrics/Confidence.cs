namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>95 % confidence intervals.</summary>
public static class Confidence
{
    private const double Normal = 1.959963984540054; // 97.5 % of a normal distribution is below
    private const int DrawCount = 200;

    // The same quantile of Student's t with 1, 2, … degrees of freedom; beyond, Cornish and Fisher's series is exact to these digits.
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
        2.093,
    ];

    /// <summary>Wilson's interval of a percentage, which stays within 0 and 100. Wilson 1927, https://doi.org/10.2307/2276774</summary>
    /// <param name="percentage">Hits in percent.</param>
    /// <param name="count">Number of trials, at least 1.</param>
    public static ConfidenceInterval OfPercentage(double percentage, long count)
    {
        var (p, z2) = (percentage / 100, Normal * Normal);
        var center = p + (z2 / (2 * count));
        var half = Normal * Math.Sqrt((p * (1 - p) / count) + (z2 / (4.0 * count * count)));
        var scale = 100 / (1 + (z2 / count));
        return new(Math.Max(0, scale * (center - half)), Math.Min(100, scale * (center + half)));
    }

    /// <summary>The interval of a mean, by Student's t; null for a single value, or if one is NaN or infinite.</summary>
    public static ConfidenceInterval? OfMean(IReadOnlyList<double> values)
    {
        if (values.Count < 2 || !values.All(double.IsFinite))
        {
            return null;
        }

        var factor = values.Count - 2 < Student.Length ? Student[values.Count - 2] : Quantile(values.Count - 1);
        var (mean, half) = (values.Average(), factor * Deviation(values) / Math.Sqrt(values.Count));
        return new(mean - half, mean + half);
    }

    /// <summary>The interval of a number of some images, by drawing as many anew, again and again; null if a draw has none.</summary>
    /// <param name="value">The number of the images themselves.</param>
    /// <param name="images">How many there are.</param>
    /// <param name="score">The number of drawn images, some of which come several times.</param>
    internal static ConfidenceInterval? OfDraws(double value, int images, Func<int[], double> score) =>
        OfDraws(value, [.. Draws(images).Select(score)]);

    /// <summary>The middle 95 % of what draws gave, with the value itself; null if one is not finite.</summary>
    internal static ConfidenceInterval? OfDraws(double value, double[] draws)
    {
        if (!double.IsFinite(value) || !draws.All(double.IsFinite))
        {
            return null;
        }

        Array.Sort(draws);
        var beyond = draws.Length / 40;
        return new(Math.Min(value, draws[beyond]), Math.Max(value, draws[^(beyond + 1)]));
    }

    /// <summary>Numbers of images, drawn anew, again and again: always the same.</summary>
    internal static IEnumerable<int[]> Draws(int images)
    {
        var random = new SampleRandom(0, 0, 0, 0);
        for (var draw = 0; draw < DrawCount; draw++)
        {
            var drawn = new int[images];
            foreach (ref var image in drawn.AsSpan())
            {
                image = random.Next(images);
            }

            yield return drawn;
        }
    }

    /// <summary>The 97.5 % quantile of Student's t, for many degrees of freedom: Abramowitz and Stegun 26.7.5.</summary>
    private static double Quantile(double freedom)
    {
        const double X = Normal;
        const double X3 = X * X * X;
        const double X5 = X3 * X * X;
        const double X7 = X5 * X * X;
        return X + ((X3 + X) / (4 * freedom)) + (((5 * X5) + (16 * X3) + (3 * X)) / (96 * freedom * freedom))
            + (((3 * X7) + (19 * X5) + (17 * X3) - (15 * X)) / (384 * freedom * freedom * freedom));
    }

    /// <summary>Standard deviation with n − 1 in the denominator; 0 for a single value.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
