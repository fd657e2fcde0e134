namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// The detections and objects of one class in one image, and which detection takes which object by the rules of COCO's evaluation.
/// </summary>
/// <param name="Scores">Of the detections, in descending order.</param>
/// <param name="Areas">Of the detections.</param>
/// <param name="Truths">The objects.</param>
/// <param name="Overlaps">[detection, object].</param>
/// <param name="ForgivesUnmatched">Whether a detection without an object does not count, because not all objects are labeled.</param>
internal sealed record ObjectMatching(
    double[] Scores, double[] Areas, ObjectMatching.Truth[] Truths, double[,] Overlaps, bool ForgivesUnmatched)
{
    private const double MostDemanded = 1 - 1e-10;

    /// <summary>The least overlaps of a hit: <c>linspace(0.5, 0.95, 10)</c> of NumPy, whose ninth is not 0.9.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95];

    /// <summary>Number of objects in a range of areas that count.</summary>
    public int ToFind(double least, double most) => Truths.Count(truth => !IsIgnored(truth, least, most));

    /// <summary>What becomes of each detection, if objects of other areas do not count.</summary>
    public Match[] Match(double least, double most)
    {
        var ignored = Array.ConvertAll(Truths, truth => IsIgnored(truth, least, most));
        int[] order = [.. Enumerable.Range(0, Truths.Length).OrderBy(truth => ignored[truth])]; // those that count first
        var (hits, forgiven) = (new ushort[Scores.Length], new ushort[Scores.Length]);
        for (var threshold = 0; threshold < Thresholds.Count; threshold++)
        {
            var taken = new bool[Truths.Length];
            var bit = (ushort)(1 << threshold);
            for (var detection = 0; detection < Scores.Length; detection++)
            {
                var truth = Best(detection, Math.Min(Thresholds[threshold], MostDemanded), order, ignored, taken);
                if (truth < 0)
                {
                    forgiven[detection] |= ForgivesUnmatched || Areas[detection] < least || Areas[detection] > most ? bit : (ushort)0;
                    continue;
                }

                taken[truth] = true;
                (ignored[truth] ? ref forgiven[detection] : ref hits[detection]) |= bit;
            }
        }

        return [.. Scores.Select((score, i) => new Match(score, i, hits[i], forgiven[i]))];
    }

    /// <summary>The object that overlaps most, the later one of equals; one that does not count only if no other is left.</summary>
    private int Best(int detection, double demanded, int[] order, bool[] ignored, bool[] taken)
    {
        var best = -1;
        foreach (var truth in order)
        {
            if (best >= 0 && !ignored[best] && ignored[truth])
            {
                break;
            }

            if ((!taken[truth] || Truths[truth].Crowd) && Overlaps[detection, truth] >= demanded)
            {
                (best, demanded) = (truth, Overlaps[detection, truth]);
            }
        }

        return best;
    }

    private static bool IsIgnored(Truth truth, double least, double most) => truth.Ignored || truth.Area < least || truth.Area > most;

    /// <summary>An object.</summary>
    /// <param name="Area">By which it is sorted by size.</param>
    /// <param name="Crowd">Whether any number of detections may take it.</param>
    /// <param name="Ignored">Whether it never counts.</param>
    internal readonly record struct Truth(double Area, bool Crowd, bool Ignored);
}
