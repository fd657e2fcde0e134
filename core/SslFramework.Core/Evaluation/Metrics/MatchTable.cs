namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// The detections of all images, by class and by a group such as a size: score, rank in their image, and at which thresholds each is a
/// hit or does not count.
/// </summary>
/// <param name="classes">Number of classes.</param>
/// <param name="groups">Number of groups.</param>
internal sealed class MatchTable(int classes, int groups)
{
    private readonly List<Match>[] matches = [.. Enumerable.Range(0, classes * groups).Select(_ => new List<Match>())];
    private readonly int[] positives = new int[classes * groups];
    private readonly bool[] sorted = new bool[classes * groups];

    /// <summary>Number of things to find.</summary>
    public int Positives(int ofClass, int group) => positives[Place(ofClass, group)];

    /// <summary>Adds what one image has of a class.</summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="group">The group.</param>
    /// <param name="toFind">Number of objects that count.</param>
    /// <param name="found">The detections, in descending order of their scores.</param>
    public void Add(int ofClass, int group, int toFind, IEnumerable<Match> found)
    {
        var place = Place(ofClass, group);
        positives[place] += toFind;
        matches[place].AddRange(found);
        sorted[place] = false;
    }

    /// <summary>
    /// What counts, in descending order of scores over all images: true for a hit. Equal ones keep the order of the images.
    /// </summary>
    /// <param name="ofClass">The class.</param>
    /// <param name="group">The group.</param>
    /// <param name="threshold">The threshold's number.</param>
    /// <param name="most">Detections per image.</param>
    public List<bool> Hits(int ofClass, int group, int threshold, int most = int.MaxValue)
    {
        var place = Place(ofClass, group);
        if (!sorted[place])
        {
            (matches[place], sorted[place]) = ([.. matches[place].OrderByDescending(match => match.Score)], true);
        }

        var bit = 1 << threshold;
        return [.. matches[place].Where(match => match.Rank < most && (match.Ignored & bit) == 0).Select(match => (match.Hits & bit) != 0)];
    }

    private int Place(int ofClass, int group) => (ofClass * groups) + group;
}

/// <summary>What became of a detection.</summary>
/// <param name="Score">Its score.</param>
/// <param name="Rank">Its place among those of its class in the image, from 0.</param>
/// <param name="Hits">A bit per threshold at which it is a hit.</param>
/// <param name="Ignored">A bit per threshold at which it does not count.</param>
internal readonly record struct Match(double Score, int Rank, ushort Hits, ushort Ignored);
