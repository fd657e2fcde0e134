namespace SslFramework.Core.Tensors;

/// <summary>Removes boxes that overlap better ones.</summary>
public static class NonMaximumSuppression
{
    /// <summary>The boxes that overlap no kept better one by more than a threshold.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="scores">One per box; among equal ones the earlier box is better.</param>
    /// <param name="threshold">The intersection over union above which the worse box goes.</param>
    /// <param name="most">The most boxes to keep.</param>
    /// <returns>Their numbers, in descending order of scores.</returns>
    public static int[] Keep(ReadOnlySpan<Box> boxes, ReadOnlySpan<double> scores, double threshold, int most = int.MaxValue)
    {
        var order = Descending(scores);
        var kept = new List<int>();
        var (keptBoxes, areas) = (new Box[boxes.Length], new double[boxes.Length]);
        foreach (var number in order)
        {
            if (kept.Count == most)
            {
                break;
            }

            if (!IsCovered(boxes[number], keptBoxes.AsSpan(0, kept.Count), areas, threshold))
            {
                (keptBoxes[kept.Count], areas[kept.Count]) = (boxes[number], boxes[number].Area);
                kept.Add(number);
            }
        }

        return [.. kept];
    }

    /// <summary>The same within each class: boxes of different classes do not compete.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="scores">One per box.</param>
    /// <param name="classes">One per box.</param>
    /// <param name="threshold">The intersection over union above which the worse box goes.</param>
    /// <param name="most">The most boxes to keep, of all classes together.</param>
    /// <returns>Their numbers, in descending order of scores; equal ones in the order of the boxes.</returns>
    public static int[] KeepByClass(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<double> scores, ReadOnlySpan<int> classes, double threshold, int most = int.MaxValue)
    {
        var members = new Dictionary<int, List<int>>();
        for (var i = 0; i < boxes.Length; i++)
        {
            if (!members.TryGetValue(classes[i], out var own))
            {
                members.Add(classes[i], own = []);
            }

            own.Add(i);
        }

        var kept = new List<int>();
        foreach (var own in members.Values)
        {
            var (some, theirs) = (new Box[own.Count], new double[own.Count]);
            for (var i = 0; i < own.Count; i++)
            {
                (some[i], theirs[i]) = (boxes[own[i]], scores[own[i]]);
            }

            kept.AddRange(Keep(some, theirs, threshold, most).Select(i => own[i]));
        }

        kept.Sort();
        var keptScores = new double[kept.Count];
        for (var i = 0; i < kept.Count; i++)
        {
            keptScores[i] = scores[kept[i]];
        }

        return [.. Descending(keptScores).Take(most).Select(i => kept[i])];
    }

    private static int[] Descending(ReadOnlySpan<double> scores)
    {
        var own = scores.ToArray();
        return [.. Enumerable.Range(0, own.Length).OrderByDescending(i => own[i])]; // stable
    }

    private static bool IsCovered(Box box, ReadOnlySpan<Box> kept, double[] areas, double threshold)
    {
        var (right, bottom, area) = (box.Right, box.Bottom, box.Area);
        for (var k = 0; k < kept.Length; k++)
        {
            ref readonly var other = ref kept[k];
            var width = Math.Min(right, other.Right) - Math.Max(box.Left, other.Left);
            var height = Math.Min(bottom, other.Bottom) - Math.Max(box.Top, other.Top);
            if (width > 0 && height > 0 && width * height is var both && both / (area + areas[k] - both) > threshold)
            {
                return true;
            }
        }

        return false;
    }
}
