using System.Diagnostics;
using System.Globalization;
using SslFramework.Core.Backbones.Residual;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Data.Sources;
using SslFramework.Engine.Evaluation.Neighbours;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Benchmarks;

/// <summary>Times evaluators on features of the size that small experiments have.</summary>
internal static class EvaluationTiming
{
    private const int Rounds = 5;
    private const int TrainImages = 8000;
    private const int TestImages = 2000;
    private const int Classes = 10;

    /// <summary>Prints a line each.</summary>
    public static void Run(int threads)
    {
        set_num_threads(threads);
        Console.WriteLine($"{threads} threads, {TrainImages:N0} train and {TestImages:N0} test images, medians of {Rounds}.");
        var neighbours = Time(Rounds, Neighbours());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kNN of features of 512 numbers: {neighbours:F3} s"));

        var backbone = new ResNet18(new() { Stem = ResNetStem.Small }, new DataInfo(TrainImages, 3));
        var (train, test) = (Images(TrainImages), Images(TestImages));
        var last = Time(1, () => Probe(FeatureLayers.Last, 1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"linear probe of ResNet-18 at 32 × 32: last layer {last:F1} s"));
        foreach (var length in (int[])[1, new LinearProbeOptions().PooledLength])
        {
            var all = Time(1, () => Probe(FeatureLayers.All, length));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"all {1 + backbone.Layers.Count} layers, maps pooled to about {length:N0} numbers: {all:F1} s, {all / last:F2} times as long"));
        }

        void Probe(FeatureLayers layers, int length) =>
            new LinearProbe(new() { Layers = layers, PooledLength = length }).Evaluate(backbone, train, test);
    }

    private static Action Neighbours()
    {
        manual_seed(1);
        var (train, test) = (Features(TrainImages), Features(TestImages));
        return () => _ = new KnnEvaluator(new()).Measure(train, test).ToList();
    }

    private static LabelledFeatures Features(int count) => new(randn(count, 512), randint(0, Classes, [count], int64), Classes);

    private static LabelledImages Images(int count) =>
        new(new SyntheticSource(new() { Count = count, Classes = Classes, Seed = count }), new Plain(), CPU, threads: 1);

    private static double Time(int rounds, Action work)
    {
        var seconds = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            using var scope = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            work();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return seconds.Order().ElementAt(rounds / 2);
    }

    /// <summary>Pixels as they are, from 0 to 1.</summary>
    private sealed class Plain : IAugmentation
    {
        public IReadOnlyList<ViewShape> Views => [new(3, 32, 32)];

        public void Apply(ImagePixels image, int view, SampleRandom random, Span<float> destination)
        {
            for (var i = 0; i < image.Pixels.Length; i++)
            {
                destination[(i % 3 * (image.Pixels.Length / 3)) + (i / 3)] = image.Pixels[i] / 255f;
            }
        }
    }
}
