using SslFramework.Core.Distributed;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Core.Evaluation.Features;

/// <summary>
/// Runs a frozen backbone over labeled images: without gradient, in evaluation mode, batch by batch. Several processes take the
/// same batches in turn and gather the results, so that all have the features that one would compute, to the last bit.
/// </summary>
public static class FeatureExtraction
{
    /// <summary>The name of the output of <see cref="IBackbone.Forward"/>.</summary>
    public const string LastLayer = "features";

    private const int BatchSize = 256;

    /// <summary>Extracts the features of <see cref="IBackbone.Forward"/>.</summary>
    /// <returns>
    /// float32 [N, D] and int64 [N] on the backbone's device or, if they take more than <see cref="FeatureMemory"/>, on the CPU; they
    /// belong to the caller's dispose scope if there is one.
    /// </returns>
    /// <param name="backbone">The frozen backbone.</param>
    /// <param name="images">The images; all of them are read.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public static LabeledFeatures Extract(IBackbone backbone, ILabeledImages images, IProgress<EvaluationProgress>? progress = null)
    {
        CheckLabeled(images);
        return Extract(FeatureTaps.Find(backbone, images, FeatureLayers.Last, maps => maps), images, progress)[0];
    }

    /// <summary>A layer's output as vectors: maps [N, C, H, W] and tokens [N, L, D] averaged, vectors as they are.</summary>
    /// <returns>[N, C] or [N, D].</returns>
    public static Tensor Averaged(Tensor output) => FeatureTaps.Pooled(output, maps => maps.mean([2, 3]));

    /// <summary>Measures one layer after the other.</summary>
    /// <param name="backbone">The frozen backbone.</param>
    /// <param name="train">Labeled images to learn from.</param>
    /// <param name="test">Labeled images to measure on.</param>
    /// <param name="layers">Which layers are measured; maps are averaged.</param>
    /// <param name="measure">
    /// Gives named numbers for a layer's train and test features if all are finite; otherwise the numbers are NaN, with a remark.
    /// </param>
    /// <param name="progress">Receives the progress.</param>
    /// <exception cref="ExperimentException">There are no images, no labels, or train images of one class only.</exception>
    public static IReadOnlyList<EvaluationResult> Measure(
        IBackbone backbone,
        ILabeledImages train,
        ILabeledImages test,
        FeatureLayers layers,
        Func<LabeledFeatures, LabeledFeatures, IEnumerable<Measurement>> measure,
        IProgress<EvaluationProgress>? progress = null)
    {
        CheckTask(train, test);
        return MeasureLayers(backbone, train, test, layers, measure, progress);
    }

    /// <summary>As <see cref="Measure"/>, for images that need no class.</summary>
    internal static IReadOnlyList<EvaluationResult> MeasureLayers(
        IBackbone backbone,
        ILabeledImages train,
        ILabeledImages test,
        FeatureLayers layers,
        Func<LabeledFeatures, LabeledFeatures, IEnumerable<Measurement>> measure,
        IProgress<EvaluationProgress>? progress)
    {
        var taps = FeatureTaps.Find(backbone, train, layers, Averaged);
        var results = new List<EvaluationResult>();
        foreach (var group in Groups(taps, train, test))
        {
            using var scope = NewDisposeScope();
            var (trainFeatures, testFeatures) = (Extract(group, train, progress), Extract(group, test, progress));
            for (var i = 0; i < group.Items.Count; i++)
            {
                using var layer = NewDisposeScope();
                results.AddRange(
                    FeatureSoundness.Judge(trainFeatures[i], testFeatures[i], measure).Select(number => number.Of(group.Items[i].Layer)));
            }
        }

        return results;
    }

    /// <summary>
    /// Splits the layers so that the features of each group fit into memory together; for each group the images are read again.
    /// </summary>
    internal static IEnumerable<FeatureTaps> Groups(FeatureTaps taps, ILabeledImages train, ILabeledImages test)
    {
        var (limit, images) = (FeatureMemory.Of(train, taps.Device), (long)train.Count + test.Count);
        var group = new List<FeatureTap>();
        foreach (var tap in taps.Items)
        {
            if (group.Count > 0 && FeatureMemory.Bytes(group.Append(tap), images) > limit)
            {
                yield return taps.Of(group);
                group = [];
            }

            group.Add(tap);
        }

        yield return taps.Of(group);
    }

    /// <summary>The features of every tap.</summary>
    internal static IReadOnlyList<LabeledFeatures> Extract(FeatureTaps taps, ILabeledImages images, IProgress<EvaluationProgress>? progress)
    {
        var device = taps.Device;
        return taps.Frozen(() =>
        {
            var kept = FeatureMemory.Bytes(taps.Items, images.Count) > FeatureMemory.Of(images, device) ? CPU : device;
            var values = taps.Items.Select(tap => empty([images.Count, tap.Length], float32, kept)).ToList();
            var labels = tensor(images.Labels.Select(label => (long)label).ToArray(), device: kept);
            var group = (images as ISharedImages)?.Group ?? SingleProcess.Instance;
            using var batches = Part(images, group).GetEnumerator();
            for (var begin = 0L; begin < images.Count;)
            {
                using var scope = NewDisposeScope();
                var own = batches.MoveNext() ? taps.Read(batches.Current.Images.to(device)) : null;
                var count = group.Count == 1 ? own![0].shape[0] : Math.Min(group.Count * BatchSize, images.Count - begin);
                for (var i = 0; i < values.Count; i++)
                {
                    var outputs = group.Count == 1 ? own![i] : Gathered(group, own?[i], values[i].shape[1], device);
                    values[i].narrow(0, begin, count).copy_(outputs.narrow(0, 0, count));
                }

                begin += count;
                progress?.Report(new("features of images", begin, images.Count));
            }

            return values.ConvertAll(features => new LabeledFeatures(features, labels, images.Classes.Count));
        });
    }

    /// <summary>Every Count-th of the batches that one process would read, or null.</summary>
    private static IEnumerable<LabeledBatch> Part(ILabeledImages images, IProcessGroup group)
    {
        if (group.Count == 1)
        {
            return images.Read(BatchSize);
        }

        int[] own = [.. Enumerable.Range(0, images.Count).Where(image => image / BatchSize % group.Count == group.Rank)];
        return own.Length == 0 ? [] : images.Select(own).Read(BatchSize);
    }

    /// <summary>The next batch of every process, one after the other; only the very last batch may be short, or missing.</summary>
    private static Tensor Gathered(IProcessGroup group, Tensor? own, long length, Device device)
    {
        var batch = zeros([BatchSize, length], float32, device);
        if (own is not null)
        {
            batch.narrow(0, 0, own.shape[0]).copy_(own);
        }

        var all = empty([group.Count * BatchSize, length], float32, device);
        group.Gather(batch, all);
        return all;
    }

    /// <summary>Checks what every evaluator of classes needs from its images.</summary>
    /// <exception cref="ExperimentException">There are no images, no labels, or train images of one class only.</exception>
    internal static void CheckTask(ILabeledImages train, ILabeledImages test)
    {
        CheckLabeled(train);
        CheckLabeled(test);
        if (train.Labels.Distinct().Count() == 1)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"All {train.Count} train images are of the class \"{train.Classes[train.Labels[0]]}\", "
                + "so that there is nothing to tell apart; use data of several classes.");
        }

        if (!train.Classes.SequenceEqual(test.Classes))
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"The classes of the train images ({Some(train.Classes)}) are not those of the test images ({Some(test.Classes)}); "
                + "take both from the same data set.");
        }
    }

    private static void CheckLabeled(ILabeledImages images)
    {
        if (images.Count == 0 || images.Classes.Count == 0)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"Evaluation needs labeled images, but there are {images.Count} with {images.Classes.Count} classes; "
                + "name a data source with labels, or leave the evaluator out.");
        }

        // A label out of range would end the process on some devices.
        if (images.Labels.Any(label => label < 0 || label >= images.Classes.Count))
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"Evaluation found the labels {images.Labels.Min()} to {images.Labels.Max()}, "
                + $"but there are {images.Classes.Count} classes; check the data's labels.");
        }
    }

    private static string Some(IReadOnlyList<string> classes) =>
        $"{classes.Count}: {string.Join(", ", classes.Take(3))}{(classes.Count > 3 ? ", …" : "")}";
}
