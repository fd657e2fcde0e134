namespace SslFramework.Core.Evaluation.Metrics;

/// <summary>
/// How often pixels of each class were taken for each other, over all test images together: a mean of images would be another number.
/// Pixels whose class is <see cref="IAnnotatedSource.Void"/> count nowhere.
/// </summary>
public sealed class PixelConfusion
{
    private readonly int classes;
    private readonly long[] pixels; // [truth · predicted]
    private readonly List<int[]> images = []; // of each image and class: hits, pixels of the class, pixels predicted as it

    /// <summary>Makes one that has seen nothing.</summary>
    /// <param name="classes">Number of classes, at most 255.</param>
    public PixelConfusion(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, IAnnotatedSource.Void);
        (this.classes, pixels) = (classes, new long[classes * classes]);
    }

    /// <summary>Pixels of a class that were taken for a class.</summary>
    public long this[int truth, int predicted] => pixels[(truth * classes) + predicted];

    /// <summary>Counts the pixels of an image.</summary>
    /// <param name="truth">The class of every pixel.</param>
    /// <param name="predicted">The class that it was taken for; there must be one wherever it counts.</param>
    /// <exception cref="ArgumentException">A pixel that counts has no such class.</exception>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted)
    {
        var pairs = new int[classes * classes];
        for (var i = 0; i < truth.Length; i++)
        {
            var (t, p) = (truth[i], predicted[i]);
            if (t == IAnnotatedSource.Void)
            {
                continue;
            }

            if (t >= classes || p >= classes)
            {
                throw new ArgumentException($"Pixel {i} is of class {t} and was taken for {p}, but there are {classes} classes.");
            }

            pairs[(t * classes) + p]++;
        }

        Add(pairs);
    }

    /// <summary>Adds an image of which the pixels are counted: of each class, taken for each class.</summary>
    /// <param name="pairs">[truth · predicted].</param>
    internal void Add(ReadOnlySpan<int> pairs)
    {
        var own = new int[3 * classes];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (t, p) = Math.DivRem(i, classes);
            pixels[i] += pairs[i];
            own[3 * t] += t == p ? pairs[i] : 0;
            own[(3 * t) + 1] += pairs[i];
            own[(3 * p) + 2] += pairs[i];
        }

        images.Add(own);
    }

    /// <summary>
    /// The mean over classes of intersection over union (<c>mIoU</c>), that of all but a background (<c>foreground mIoU</c>), and the
    /// accuracies of pixels and of classes, in percent, with intervals from drawing the images anew. A class that neither occurs nor is
    /// predicted is left out of means; one that is only predicted counts 0.
    /// </summary>
    /// <param name="background">The class of what is no object, or null.</param>
    public IReadOnlyList<Measurement> Measure(int? background = null)
    {
        var values = Scores(Sum(Enumerable.Range(0, images.Count)), background);
        var draws = Confidence.Draws(images.Count).Select(drawn => Scores(Sum(drawn), background)).ToList();
        string[] names = ["mIoU", "foreground mIoU", "pixel accuracy", "mean class accuracy"];
        return [.. names
            .Select((name, i) => new Measurement(name, values[i], Confidence.OfDraws(values[i], [.. draws.Select(draw => draw[i])])))
            .Where((_, i) => i != 1 || background is not null)];
    }

    /// <summary>Intersection over union of a class in percent; NaN if it neither occurs nor was predicted.</summary>
    public double IntersectionOverUnion(int number)
    {
        var sum = Sum(Enumerable.Range(0, images.Count));
        return 100.0 * sum[3 * number] / (sum[(3 * number) + 1] + sum[(3 * number) + 2] - sum[3 * number]);
    }

    /// <summary>
    /// Intersection over union of each class in percent, as details by the names <c>IoU of CLASS</c>; without classes that neither occur
    /// nor were predicted.
    /// </summary>
    /// <param name="names">The classes.</param>
    public IEnumerable<Measurement> MeasureClasses(IReadOnlyList<string> names) => names.Index()
        .Select(one => new Measurement($"IoU of {one.Item}", IntersectionOverUnion(one.Index)) { Kind = MeasurementKind.Detail })
        .Where(number => double.IsFinite(number.Value));

    private long[] Sum(IEnumerable<int> some)
    {
        var sum = new long[3 * classes];
        foreach (var image in some)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += images[image][i];
            }
        }

        return sum;
    }

    private double[] Scores(long[] sum, int? background)
    {
        var (ious, foreground, accuracies) = (new List<double>(), new List<double>(), new List<double>());
        var (allHits, all) = (0L, 0L);
        for (var c = 0; c < classes; c++)
        {
            var (hits, truth, predicted) = (sum[3 * c], sum[(3 * c) + 1], sum[(3 * c) + 2]);
            (allHits, all) = (allHits + hits, all + truth);
            if (truth > 0)
            {
                accuracies.Add(100.0 * hits / truth);
            }

            if (truth + predicted > 0)
            {
                ious.Add(100.0 * hits / (truth + predicted - hits));
                foreground.AddRange(c == background ? [] : ious.TakeLast(1));
            }
        }

        return [Mean(ious), Mean(foreground), 100.0 * allHits / all, Mean(accuracies)];

        static double Mean(List<double> values) => values.Count == 0 ? double.NaN : values.Average();
    }
}
