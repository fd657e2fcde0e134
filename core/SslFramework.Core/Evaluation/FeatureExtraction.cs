namespace SslFramework.Core.Evaluation;

/// <summary>Runs a frozen backbone over labelled images: without gradient, in evaluation mode, batch by batch.</summary>
public static class FeatureExtraction
{
    /// <summary>The name of what <see cref="IBackbone.Forward"/> gives.</summary>
    public const string LastLayer = "features";

    private const int BatchSize = 256;

    // Features of all layers are held at once as long as they fit; beyond this, the images are read again.
    private const long MemoryLimit = 2L << 30;

    /// <summary>The features of <see cref="IBackbone.Forward"/>.</summary>
    /// <returns>float32 [N, D] and int64 [N] on the backbone's device; they belong to the caller's dispose scope if there is one.</returns>
    /// <param name="backbone">Frozen.</param>
    /// <param name="images">All of them are read.</param>
    /// <param name="progress">Told how far this is.</param>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public static LabelledFeatures Extract(IBackbone backbone, ILabelledImages images, IProgress<EvaluationProgress>? progress = null)
    {
        CheckLabelled(images);
        return Extract(FeatureTaps.Find(backbone, images, FeatureLayers.Last, maps => maps), images, progress)[0];
    }

    /// <summary>A layer's output as vectors: maps [N, C, H, W] and tokens [N, L, D] averaged, vectors as they are.</summary>
    /// <returns>[N, C] or [N, D].</returns>
    public static Tensor Averaged(Tensor output) => FeatureTaps.Pooled(output, maps => maps.mean([2, 3]));

    /// <summary>Measures one layer after the other.</summary>
    /// <param name="backbone">Frozen.</param>
    /// <param name="train">Labelled images to learn from.</param>
    /// <param name="test">Labelled images to measure on.</param>
    /// <param name="layers">Which layers; maps are averaged.</param>
    /// <param name="measure">Gives named numbers for the train and test features of a layer.</param>
    /// <param name="progress">Told how far this is.</param>
    /// <exception cref="ExperimentException">There are no images, no labels, or train images of one class only.</exception>
    public static IReadOnlyList<EvaluationResult> Measure(
        IBackbone backbone,
        ILabelledImages train,
        ILabelledImages test,
        FeatureLayers layers,
        Func<LabelledFeatures, LabelledFeatures, IEnumerable<Measurement>> measure,
        IProgress<EvaluationProgress>? progress = null)
    {
        CheckTask(train, test);
        var taps = FeatureTaps.Find(backbone, train, layers, Averaged);
        var results = new List<EvaluationResult>();
        foreach (var group in Groups(taps, train.Count + test.Count))
        {
            using var scope = NewDisposeScope();
            var (trainFeatures, testFeatures) = (Extract(group, train, progress), Extract(group, test, progress));
            for (var i = 0; i < group.Items.Count; i++)
            {
                using var layer = NewDisposeScope();
                results.AddRange(measure(trainFeatures[i], testFeatures[i]).Select(number => number.Of(group.Items[i].Layer)));
            }
        }

        return results;
    }

    /// <summary>Splits the layers so that the features of each group fit into memory together.</summary>
    internal static IEnumerable<FeatureTaps> Groups(FeatureTaps taps, long images)
    {
        var group = new List<FeatureTap>();
        foreach (var tap in taps.Items)
        {
            if (group.Count > 0 && (group.Sum(t => t.Length) + tap.Length) * images * sizeof(float) > MemoryLimit)
            {
                yield return taps.Of(group);
                group = [];
            }

            group.Add(tap);
        }

        yield return taps.Of(group);
    }

    /// <summary>The features of every tap.</summary>
    internal static IReadOnlyList<LabelledFeatures> Extract(FeatureTaps taps, ILabelledImages images, IProgress<EvaluationProgress>? progress)
    {
        var device = taps.Device;
        return taps.Frozen(() =>
        {
            var values = taps.Items.Select(tap => empty([images.Count, tap.Length], float32, device)).ToList();
            var labels = tensor(images.Labels.Select(label => (long)label).ToArray(), device: device);
            var begin = 0L;
            foreach (var batch in images.Read(BatchSize))
            {
                using var scope = NewDisposeScope();
                var count = batch.Images.shape[0];
                var outputs = taps.Read(batch.Images.to(device));
                for (var i = 0; i < values.Count; i++)
                {
                    values[i].narrow(0, begin, count).copy_(outputs[i]);
                }

                begin += count;
                progress?.Report(new("features of images", begin, images.Count));
            }

            return values.ConvertAll(features => new LabelledFeatures(features, labels, images.Classes.Count));
        });
    }

    /// <summary>What every evaluator of classes needs of its images.</summary>
    /// <exception cref="ExperimentException">There are no images, no labels, or train images of one class only.</exception>
    internal static void CheckTask(ILabelledImages train, ILabelledImages test)
    {
        CheckLabelled(train);
        CheckLabelled(test);
        if (train.Labels.Distinct().Count() == 1)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"All {train.Count} train images are of the class \"{train.Classes[train.Labels[0]]}\", so that there is nothing to tell apart; "
                + "use data of several classes.");
        }

        if (!train.Classes.SequenceEqual(test.Classes))
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"The classes of the train images ({Some(train.Classes)}) are not those of the test images ({Some(test.Classes)}); "
                + "take both from the same data set.");
        }
    }

    private static void CheckLabelled(ILabelledImages images)
    {
        if (images.Count == 0 || images.Classes.Count == 0)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"Evaluation needs labelled images, but there are {images.Count} with {images.Classes.Count} classes; "
                + "name a data source with labels, or leave the evaluator out.");
        }

        // A label out of range would end the process on some devices.
        if (images.Labels.Any(label => label < 0 || label >= images.Classes.Count))
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"Evaluation found the labels {images.Labels.Min()} to {images.Labels.Max()}, but there are {images.Classes.Count} classes; check the data's labels.");
        }
    }

    private static string Some(IReadOnlyList<string> classes) =>
        $"{classes.Count}: {string.Join(", ", classes.Take(3))}{(classes.Count > 3 ? ", …" : "")}";
}
