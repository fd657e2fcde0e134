using SslFramework.Core.Backbones;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data.Loading;
using SslFramework.Engine.Evaluation.Dense;
using SslFramework.Tests.Engine.Data.Annotated;

namespace SslFramework.Tests.Engine.Evaluation.Dense;

[TestClass]
public class PatchKnnTests
{
    /// <summary>Against loops over patches, neighbors and pixels.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Evaluate_ScenesAsPixels_IsTheLiteralVote(bool center)
    {
        using var scope = NewDisposeScope();
        var (train, test) = (Of(0, 4), Of(50, 2));
        using var pixels = new RawPixels(new ViewShape(1, 64, 64));
        var options = new PatchKnnOptions { K = 7, Temperature = 0.1, Center = center };
        var confusion = new PixelConfusion(11);
        var (bank, shares) = Patches(train, center, null, out var mean);
        var (queries, _) = Patches(test, center, mean, out _);
        var maps = test.ReadAnnotated(2).Select(batch => batch.Maps!.data<byte>().ToArray()).First();
        for (var image = 0; image < 2; image++)
        {
            var scores = new float[11, 16, 16];
            for (var patch = 0; patch < 256; patch++)
            {
                var query = queries[(image * 256) + patch];
                var nearest = bank.Select((vector, i) => (Similarity: vector.Zip(query, (a, b) => a * b).Sum(), Patch: i))
                    .Where(pair => shares[pair.Patch].Sum() > 0).OrderByDescending(pair => pair.Similarity).Take(7).ToArray();
                var weights = nearest.Select(pair => Math.Exp((pair.Similarity - nearest[0].Similarity) / 0.1)).ToArray();
                var sum = weights.Sum();
                for (var c = 0; c < 11; c++)
                {
                    scores[c, patch / 16, patch % 16] = (float)nearest.Zip(weights, (pair, weight) => weight / sum * shares[pair.Patch][c]).Sum();
                }
            }

            var between = nn.functional.interpolate(tensor(scores).unsqueeze(0), [64, 64], mode: TorchSharp.torch.InterpolationMode.Bilinear, align_corners: false);
            confusion.Add(maps.AsSpan(image * 4096, 4096), between.argmax(1).to(uint8).data<byte>().ToArray());
        }

        var results = new PatchKnn(options).Evaluate(pixels, train, test);
        foreach (var (expected, actual) in confusion.Measure(0).Zip(results))
        {
            Assert.AreEqual(expected.Value, actual.Value, 0.2, expected.Metric); // similarities that are as good as equal may change places
        }
    }

    /// <summary>Where everything counts nowhere, it is of the background, or there is nothing to learn.</summary>
    [TestMethod]
    public void Evaluate_PixelsThatCountNowhere_AreOfTheBackgroundIfWanted()
    {
        using var pixels = new RawPixels(new ViewShape(1, 32, 32));
        var (unknown, told) = (Maps(new Told(isVoid: true)), Maps(new Told()));
        var found = new PatchKnn(new() { VoidAsBackground = true }).Evaluate(pixels, unknown, told);
        Assert.AreEqual(100.0 / 3, found.Single(number => number.Metric == "mean class accuracy").Value, 1e-9, "all is background");
        Assert.ThrowsExactly<ExperimentException>(() => new PatchKnn(new()).Evaluate(pixels, unknown, told));

        static LabeledImages Maps(IDataSource source) => new(source, Scenes.Transform(source), CPU, needsLabels: false);
    }

    private static (double[][] Vectors, float[][] Shares) Patches(LabeledImages images, bool center, double[]? given, out double[] mean)
    {
        var (vectors, shares) = (new List<double[]>(), new List<float[]>());
        foreach (var batch in images.ReadAnnotated(1))
        {
            var (pixels, map) = (batch.Images.data<float>().ToArray(), batch.Maps!.data<byte>().ToArray());
            for (var patch = 0; patch < 256; patch++)
            {
                var places = Enumerable.Range(0, 16).Select(i => (((patch / 16 * 4) + (i / 4)) * 64) + (patch % 16 * 4) + (i % 4)).ToArray();
                vectors.Add([.. places.Select(place => (double)pixels[place])]);
                var counted = places.Select(place => map[place]).Where(number => number != 255).ToArray();
                shares.Add([.. Enumerable.Range(0, 11).Select(c => counted.Length == 0 ? 0 : counted.Count(number => number == c) / (float)counted.Length)]);
            }
        }

        var all = vectors.Where((_, i) => shares[i].Sum() > 0).ToArray();
        var own = mean = given ?? [.. Enumerable.Range(0, 16).Select(i => center ? all.Average(vector => vector[i]) : 0)];
        return ([.. vectors.Select(vector => Unit([.. vector.Zip(own, (a, b) => a - b)]))], [.. shares]);
    }

    private static double[] Unit(double[] vector) => [.. vector.Select(x => x / Math.Sqrt(vector.Sum(y => y * y)))];

    private static LabeledImages Of(int first, int count)
    {
        var source = Scenes.Of(count, first);
        return new(source, Scenes.Transform(source), CPU, needsLabels: false);
    }
}
