using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Dense;

/// <summary>
/// Finds clusters among the patches of test images, without labels, and only then gives each a class: so that the most pixels are right
/// (mean intersection over union). Ji et al. 2019, https://arxiv.org/abs/1807.06653; k-means of frozen maps as in Hamilton et al. 2022,
/// https://arxiv.org/abs/2203.08414
/// </summary>
internal sealed class PatchClusters(PatchClustersOptions options, IProgress<EvaluationProgress>? progress = null) : IEvaluator
{
    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.Maps;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no maps, or too few patches or clusters.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        var (known, asked) = MappedImages.Of(train, test);
        var classes = asked.Annotations.MapClasses.Count;
        if (options.Clusters <= classes)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"\"clusters\" is {options.Clusters}, but the maps have {classes} classes; raise it, or leave it out for one per class.");
        }

        var results = new List<EvaluationResult>();
        var taps = MapTaps.Find(backbone, test, options);
        foreach (var group in DenseEvaluation.Groups(taps, test, options))
        {
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            var places = taps.Of(group);
            var found = Patches(places, asked)
                .ConvertAll(patches => new PlaceClusters(patches, options.Clusters ?? classes, options, progress));
            var counts = Count(places, asked, found);
            var taught = options.Clusters is null ? null : Count(places, known, found);
            for (var i = 0; i < group.Count; i++)
            {
                var classOf = taught is null ? Assignment.Largest(Sum(counts[i], classes)) : Majority(Sum(taught[i], classes));
                var confusion = new PixelConfusion(classes);
                counts[i].ForEach(image => confusion.Add(Renamed(image, classOf)));
                var (broken, remark) = (found[i].Broken, found[i].Remark);
                results.AddRange(confusion.Measure(asked.Annotations.Background)
                    .Select(number => broken is null ? number with { Remark = remark } : number.Without(broken))
                    .Select(number => number.Of(group[i].Layer)));
            }
        }

        return results;
    }

    /// <summary>Of each cluster [k, C], the class with the most pixels; of one without pixels, that with the most of all.</summary>
    public static int[] Majority(long[,] pixels)
    {
        var (clusters, classes) = (Enumerable.Range(0, pixels.GetLength(0)), Enumerable.Range(0, pixels.GetLength(1)));
        var all = classes.MaxBy(c => clusters.Sum(k => pixels[k, c]));
        return [.. clusters.Select(k => classes.MaxBy(c => pixels[k, c]) is var most && pixels[k, most] > 0 ? most : all)];
    }

    /// <summary>For each place, patches that are drawn from every image, or from evenly spaced ones if there are too many.</summary>
    private List<Tensor> Patches(MapTaps taps, IAnnotatedImages images)
    {
        var source = images.Count <= options.Patches ? images : images.Select(SampleOrder.Spread(options.Patches, images.Count));
        var (each, parts, done) = (options.Patches / source.Count, taps.Items.Select(_ => new List<Tensor>()).ToList(), 0);
        foreach (var batch in source.Read(DenseBatch.SizeFor(taps, images)))
        {
            using var scope = NewDisposeScope();
            var maps = taps.Read(batch.Images); // [N, D, rows, columns] each
            var (count, patches) = ((int)maps[0].shape[0], (int)(maps[0].shape[2] * maps[0].shape[3]));
            var chosen = tensor(Enumerable.Range(0, count).SelectMany(i => SampleOrder.Shuffled(options.Seed, done + i, patches)
                .Take(each).Order().Select(patch => ((long)i * patches) + patch)).ToArray(), device: taps.Device);
            for (var i = 0; i < maps.Count; i++)
            {
                parts[i].Add(Rows(maps[i]).index_select(0, chosen).MoveToOuterDisposeScope());
            }

            done += count;
            progress?.Report(new("patches of test images", done, source.Count));
        }

        return parts.ConvertAll(rows => cat(rows));
    }

    /// <summary>For each place and image, the pixels of each cluster and class that count: [k · C].</summary>
    private List<int[]>[] Count(MapTaps taps, IAnnotatedImages images, List<PlaceClusters> found)
    {
        var (classes, done) = (images.Annotations.MapClasses.Count, 0);
        var counts = found.Select(_ => new List<int[]>()).ToArray();
        foreach (var batch in images.ReadAnnotated(DenseBatch.SizeFor(taps, images)))
        {
            using var scope = NewDisposeScope();
            var (maps, view) = (taps.Read(batch.Images), new ImageSize((int)batch.Images.shape[2], (int)batch.Images.shape[3]));
            var (truth, length) = (batch.Maps!.data<byte>().ToArray(), view.Height * view.Width);
            for (var i = 0; i < found.Count; i++)
            {
                using var place = NewDisposeScope();
                var scores = found[i].Scores(Rows(maps[i])); // [N · rows · columns, k]
                var near = scores.view(maps[i].shape[0], maps[i].shape[2], maps[i].shape[3], -1).permute(0, 3, 1, 2);
                var clusters = DenseEvaluation.Predicted(near, view).data<byte>().ToArray();
                for (var begin = 0; begin < truth.Length; begin += length)
                {
                    var own = new int[scores.shape[1] * classes];
                    for (var pixel = begin; pixel < begin + length; pixel++)
                    {
                        if (truth[pixel] != IAnnotatedSource.Void)
                        {
                            own[(clusters[pixel] * classes) + truth[pixel]]++;
                        }
                    }

                    counts[i].Add(own);
                }
            }

            done += batch.Indices.Count;
            progress?.Report(new("clusters of pixels", done, images.Count));
        }

        return counts;
    }

    private static long[,] Sum(List<int[]> images, int classes)
    {
        var sum = new long[images[0].Length / classes, classes];
        foreach (var image in images)
        {
            for (var i = 0; i < image.Length; i++)
            {
                sum[i / classes, i % classes] += image[i];
            }
        }

        return sum;
    }

    /// <summary>The pixels of each class, taken for the class of their cluster: [C · C].</summary>
    private static int[] Renamed(int[] image, int[] classOf)
    {
        var classes = image.Length / classOf.Length;
        var pairs = new int[classes * classes];
        for (var i = 0; i < image.Length; i++)
        {
            pairs[(i % classes * classes) + classOf[i / classes]] += image[i];
        }

        return pairs;
    }

    private static Tensor Rows(Tensor maps) => maps.permute(0, 2, 3, 1).flatten(0, 2); // [N · rows · columns, D]
}
