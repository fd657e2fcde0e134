namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>Precision over recall as charts, in percent: the mean of all classes at two overlaps, and each of a few classes.</summary>
public static class PrecisionCurves
{
    private const int MostClasses = 8; // lines that can be told apart
    private static readonly (int Threshold, string Name)[] Overlaps = [(0, "overlap 0.5"), (5, "overlap 0.75")];

    /// <summary>The charts of one way to compare.</summary>
    /// <param name="what">What is compared: <c>boxes</c>.</param>
    /// <param name="classes">The names of all classes.</param>
    /// <param name="curve">The precisions of a class at a threshold, at COCO's recalls; null if there is no object of it.</param>
    public static IEnumerable<Chart> Charts(string what, IReadOnlyList<string> classes, Func<int, int, IReadOnlyList<double>?> curve)
    {
        int[] known = [.. Enumerable.Range(0, classes.Count).Where(one => curve(one, 0) is not null)];
        if (known.Length > 0)
        {
            var lines = Overlaps.Select(overlap => Line(overlap.Name, Mean([.. known.Select(one => curve(one, overlap.Threshold)!)])));
            yield return Of($"{what}, mean of classes", lines);
        }

        if (known.Length is > 1 and <= MostClasses)
        {
            var (threshold, name) = Overlaps[0];
            yield return Of($"{what}, {name}", known.Select(one => Line(classes[one], curve(one, threshold)!)));
        }
    }

    private static Chart Of(string what, IEnumerable<ChartLine> lines) =>
        new($"precision over recall of {what}", "recall in percent", [.. lines]) { Reach = (0, 100) };

    private static double[] Mean(IReadOnlyList<double>[] curves) =>
        [.. Enumerable.Range(0, AveragePrecision.Recalls).Select(recall => curves.Average(curve => curve[recall]))];

    private static ChartLine Line(string name, IReadOnlyList<double> precisions) =>
        new(name, [.. precisions.Select((precision, recall) => ((double)recall, 100 * precision))]);
}
