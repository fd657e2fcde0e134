using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Data.Masks;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Tensors;

namespace SslFramework.Benchmarks;

/// <summary>Times what detectors do beside their networks.</summary>
internal static class DetectionTiming
{
    private const int Rounds = 5;
    private const int Boxes = 512;

    /// <summary>Prints a line each.</summary>
    public static void Run(int threads)
    {
        set_num_threads(threads);
        manual_seed(1);
        Console.WriteLine($"{threads} threads, medians of {Rounds}.");
        Pool("C4 (1,024 channels, 50 × 84)", 1024, 50, 84, new(14, 1 / 16.0));
        Pool("FPN (256 channels, 200 × 336)", 256, 200, 336, new(7, 1 / 4.0));
        Suppress(2000, 2000);
        Suppress(6000, 2000);
        Compare();
    }

    private static void Pool(string name, int channels, int height, int width, RoiAlignOptions options)
    {
        using var scope = NewDisposeScope();
        var maps = randn([1, channels, height, width]).requires_grad_();
        var random = new SampleRandom(1, 0, 0, 0);
        BoxOfImage[] boxes = [.. Enumerable.Range(0, Boxes).Select(_ => new BoxOfImage(0, RandomBox(ref random)))];
        Print($"RoIAlign of {Boxes} boxes, {name}: forward", () => RoiAlign.Pool(maps.detach(), boxes, options));
        Print($"RoIAlign of {Boxes} boxes, {name}: forward and backward", () => RoiAlign.Pool(maps, boxes, options).sum().backward());
    }

    private static void Suppress(int count, int most)
    {
        var random = new SampleRandom(2, 0, 0, 0);
        var (boxes, scores) = (new Box[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            (boxes[i], scores[i]) = (RandomBox(ref random), random.NextDouble());
        }

        Print($"non-maximum suppression of {count:N0} boxes", () => NonMaximumSuppression.Keep(boxes, scores, 0.7, most));
    }

    private static void Compare()
    {
        const int Images = 200;
        const int Objects = 20;
        var size = new ImageSize(480, 640);
        var random = new SampleRandom(3, 0, 0, 0);
        AnnotatedObject[][] truth = [.. Enumerable.Range(0, Images).Select(_ => Enumerable.Range(0, Objects).Select(i =>
        {
            var box = RandomBox(ref random);
            return new AnnotatedObject(i, box) { Mask = PolygonMask.Encode([box.Left, box.Top, box.Right, box.Top, box.Left, box.Bottom], size) };
        }).ToArray())];
        foreach (var kind in new[] { OverlapKind.Boxes, OverlapKind.Masks })
        {
            Print($"COCO's numbers of {Images * Objects * 2:N0} detections in {Images} images, {kind}", () =>
            {
                var score = new CocoScore(Objects, kind);
                foreach (var objects in truth)
                {
                    score.Add(new(objects), objects.Concat(objects).Select((one, rank) => new DetectedObject(one.Class, 1.0 / (rank + 1), one.Box) { Mask = one.Mask }));
                }

                score.Summarize();
            });
        }
    }

    private static Box RandomBox(ref SampleRandom random)
    {
        var (width, height) = (random.NextDouble(20, 400), random.NextDouble(20, 400));
        return new(random.NextDouble(0, 1333 - width), random.NextDouble(0, 800 - height), width, height);
    }

    private static void Print(string what, Action work)
    {
        var milliseconds = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            using var scope = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            work();
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var median = milliseconds.Skip(1).Order().ElementAt(Rounds / 2); // the first one warms up
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {median:F1} ms"));
    }
}
