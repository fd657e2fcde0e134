using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Plugins.Detection;

/// <summary>
/// Tells which object each candidate box is of, by intersection over union. Ren et al. 2015, https://arxiv.org/abs/1506.01497
/// </summary>
/// <param name="background">Below this overlap, a candidate is of no object.</param>
/// <param name="foreground">From this overlap on, it is of the object that it overlaps most. Between the two it counts nowhere.</param>
/// <param name="everyObject">Whether the candidates that overlap an object most are kept for learning, however little that is.</param>
internal sealed class Matcher(double background, double foreground, bool everyObject)
{
    /// <summary>The candidate is of no object.</summary>
    public const int Background = -1;

    /// <summary>The candidate counts nowhere.</summary>
    public const int Ignored = -2;

    /// <summary>The number of each candidate's object, or <see cref="Background"/> or <see cref="Ignored"/>.</summary>
    /// <remarks>
    /// A candidate that is kept because it is the best for one object still is of the one that it overlaps most, of equal ones the first.
    /// </remarks>
    public int[] Match(IReadOnlyList<Box> candidates, IReadOnlyList<Box> objects)
    {
        var overlaps = new double[objects.Count, candidates.Count];
        var (matches, bestOfObject) = (new int[candidates.Count], new double[objects.Count]);
        for (var c = 0; c < matches.Length; c++)
        {
            var (best, which) = (0.0, 0);
            for (var o = 0; o < objects.Count; o++)
            {
                var overlap = overlaps[o, c] = ObjectOverlap.Of(candidates[c], objects[o]);
                bestOfObject[o] = Math.Max(bestOfObject[o], overlap);
                (best, which) = overlap > best ? (overlap, o) : (best, which);
            }

            matches[c] = objects.Count == 0 || best < background ? Background : best < foreground ? Ignored : which;
        }

        for (var c = 0; everyObject && c < matches.Length; c++)
        {
            if (matches[c] < 0 && Enumerable.Range(0, objects.Count).Any(o => overlaps[o, c] > 0 && overlaps[o, c] == bestOfObject[o]))
            {
                matches[c] = Enumerable.Range(0, objects.Count).MaxBy(o => overlaps[o, c]); // the first of equal ones
            }
        }

        return matches;
    }
}
