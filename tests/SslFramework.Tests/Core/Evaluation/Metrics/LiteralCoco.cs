using System.Runtime.CompilerServices;
using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Tests.Core.Evaluation.Metrics;

/// <summary>COCO's rules once more, one number after the other and as slowly as they are written down.</summary>
internal static class LiteralCoco
{
    private static readonly double[] Demands = [.. Enumerable.Range(0, 10).Select(i => i == 8 ? 0.8999999999999999 : Math.Round(0.5 + (i * 0.05), 2))];

    public static double[] Numbers(int classes, OverlapKind kind, (ImageObjects Truth, DetectedObject[] Found)[] images)
    {
        (double Low, double High)[] areas = [(0, 1e10), (0, 1024), (1024, 9216), (9216, 1e10)];
        return
        [
            Precision(areas[0], Demands), Precision(areas[0], [0.5]), Precision(areas[0], [0.75]),
            Precision(areas[1], Demands), Precision(areas[2], Demands), Precision(areas[3], Demands),
            Recall(areas[0], 1), Recall(areas[0], 10), Recall(areas[0], 100), Recall(areas[1], 100), Recall(areas[2], 100), Recall(areas[3], 100),
        ];

        double Precision((double, double) area, double[] demands) => Mean(
            from one in Enumerable.Range(0, classes)
            from demand in demands
            let outcome = Outcome(images, kind, one, area, demand, 100)
            where outcome.Positives > 0
            from r in Enumerable.Range(0, 101)
            select PrecisionAt(outcome.Right, outcome.Positives, r * 0.01));

        double Recall((double, double) area, int most) => Mean(
            from one in Enumerable.Range(0, classes)
            from demand in Demands
            let outcome = Outcome(images, kind, one, area, demand, most)
            where outcome.Positives > 0
            select outcome.Right.Count(right => right) / (double)outcome.Positives);
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(-1).Average();

    private static double PrecisionAt(List<bool> right, int positives, double recall)
    {
        var best = 0.0;
        for (var n = 1; n <= right.Count; n++)
        {
            var hits = right.Take(n).Count(one => one);
            best = (double)hits / positives >= recall ? Math.Max(best, hits / (n + Math.Pow(2, -52))) : best;
        }

        return best;
    }

    private static (List<bool> Right, int Positives) Outcome(
        (ImageObjects Truth, DetectedObject[] Found)[] images, OverlapKind kind, int ofClass, (double Low, double High) area, double demand, int most)
    {
        var (answers, positives) = (new List<(double Score, bool Right)>(), 0);
        foreach (var image in images)
        {
            var truths = image.Truth.Objects.Where(one => one.Class == ofClass).ToList();
            var free = truths.ToHashSet(ReferenceEqualityComparer.Instance);
            bool Counts(AnnotatedObject one) => !one.Crowd && Area(one.Mask, one.Box) >= area.Low && Area(one.Mask, one.Box) <= area.High;
            positives += truths.Count(Counts);
            foreach (var found in image.Found.Where(one => one.Class == ofClass).OrderByDescending(one => one.Score).Take(most))
            {
                AnnotatedObject? BestOf(IEnumerable<AnnotatedObject> some) => some
                    .Select(one => (one, Overlap: (one.Crowd || free.Contains(one)) ? Known(found, one) : -1))
                    .Where(pair => pair.Overlap >= Math.Min(demand, 1 - 1e-10))
                    .OrderBy(pair => pair.Overlap).Select(pair => pair.one).LastOrDefault(); // of equals, the later one
                var taken = BestOf(truths.Where(Counts)) ?? BestOf(truths.Where(one => !Counts(one)));
                var own = Area(found.Mask, found.Box);
                if (taken is null ? own >= area.Low && own <= area.High : Counts(taken))
                {
                    answers.Add((found.Score, taken is not null));
                }

                free.Remove(taken!);
            }
        }

        return ([.. answers.OrderByDescending(answer => answer.Score).Select(answer => answer.Right)], positives);

        double Known(DetectedObject found, AnnotatedObject one)
        {
            var known = Overlaps.GetOrCreateValue(found);
            return known.TryGetValue(one, out var overlap) ? overlap : known[one] = Overlap(found, one);
        }

        double Area(RunLengthMask? mask, Box box) => kind == OverlapKind.Masks ? MaskPixels(mask!).Count : box.Width * box.Height;

        double Overlap(DetectedObject found, AnnotatedObject one)
        {
            if (kind == OverlapKind.Masks)
            {
                var (a, b) = (MaskPixels(found.Mask!), MaskPixels(one.Mask!));
                double both = a.Count(b.Contains);
                return both == 0 ? 0 : both / (one.Crowd ? a.Count : a.Count + b.Count - both);
            }

            var width = Math.Max(0, Math.Min(found.Box.Right, one.Box.Right) - Math.Max(found.Box.Left, one.Box.Left));
            var height = Math.Max(0, Math.Min(found.Box.Bottom, one.Box.Bottom) - Math.Max(found.Box.Top, one.Box.Top));
            return width * height / (one.Crowd ? found.Box.Area : found.Box.Area + one.Box.Area - (width * height));
        }
    }

    private static readonly ConditionalWeakTable<DetectedObject, Dictionary<AnnotatedObject, double>> Overlaps = [];

    private static readonly ConditionalWeakTable<RunLengthMask, HashSet<int>> Unpacked = [];

    private static HashSet<int> MaskPixels(RunLengthMask mask) => Unpacked.GetValue(mask, one =>
    {
        var pixels = new byte[one.Size.Height * one.Size.Width];
        one.Decode(pixels);
        return [.. pixels.Index().Where(pixel => pixel.Item != 0).Select(pixel => pixel.Index)];
    });
}
