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
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public static LabelledFeatures Extract(IBackbone backbone, ILabelledImages images)
    {
        using var scope = NewDisposeScope();
        var features = Extract(backbone, images, [Last(backbone)], maps => maps)[0];
        features.Values.MoveToOuterDisposeScope();
        features.Labels.MoveToOuterDisposeScope();
        return features;
    }

    /// <summary>Measures one layer after the other.</summary>
    /// <param name="backbone">Frozen.</param>
    /// <param name="train">Labelled images to learn from.</param>
    /// <param name="test">Labelled images to measure on.</param>
    /// <param name="layers">Which layers.</param>
    /// <param name="pool">Makes vectors [N, d] of maps [N, C, H, W].</param>
    /// <param name="measure">Gives named numbers for the train and test features of a layer.</param>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public static IReadOnlyList<EvaluationResult> Measure(
        IBackbone backbone,
        ILabelledImages train,
        ILabelledImages test,
        FeatureLayers layers,
        Func<Tensor, Tensor> pool,
        Func<LabelledFeatures, LabelledFeatures, IEnumerable<Measurement>> measure)
    {
        CheckLabelled(train);
        CheckLabelled(test);
        List<Tap> taps = [Last(backbone)];
        if (layers == FeatureLayers.All)
        {
            taps.AddRange(InnerTaps(backbone, train, pool));
        }

        var results = new List<EvaluationResult>();
        foreach (var group in Groups(taps, train.Count + test.Count))
        {
            using var scope = NewDisposeScope();
            var trainFeatures = Extract(backbone, train, group, pool);
            var testFeatures = Extract(backbone, test, group, pool);
            for (var i = 0; i < group.Count; i++)
            {
                using var layer = NewDisposeScope();
                results.AddRange(measure(trainFeatures[i], testFeatures[i]).Select(number => number.Of(group[i].Layer)));
            }
        }

        return results;
    }

    private static Tap Last(IBackbone backbone) => new(LastLayer, -1, backbone.FeatureDimension);

    private static List<Tap> InnerTaps(IBackbone backbone, ILabelledImages images, Func<Tensor, Tensor> pool)
    {
        return Frozen(backbone, device =>
        {
            using var scope = NewDisposeScope();
            foreach (var one in images.Read(1)) // the first is enough: its lengths are everyone's
            {
                var outputs = backbone.ForwardLayers(one.Images.to(device));
                return backbone.Layers.Select((layer, i) => new Tap(layer.Name, i, Vectors(outputs[i], pool).shape[1])).ToList();
            }

            return [];
        });
    }

    /// <summary>Splits the layers so that the features of each group fit into memory together.</summary>
    private static IEnumerable<List<Tap>> Groups(List<Tap> taps, long images)
    {
        var group = new List<Tap>();
        foreach (var tap in taps)
        {
            if (group.Count > 0 && (group.Sum(t => t.Length) + tap.Length) * images * sizeof(float) > MemoryLimit)
            {
                yield return group;
                group = [];
            }

            group.Add(tap);
        }

        yield return group;
    }

    private static List<LabelledFeatures> Extract(
        IBackbone backbone, ILabelledImages images, List<Tap> taps, Func<Tensor, Tensor> pool)
    {
        CheckLabelled(images);
        return Frozen(backbone, device =>
        {
            var values = taps.ConvertAll(tap => empty([images.Count, tap.Length], float32, device));
            var labels = empty([images.Count], int64, device);
            var begin = 0L;
            foreach (var batch in images.Read(BatchSize))
            {
                using var scope = NewDisposeScope();
                var count = batch.Labels.shape[0];
                var input = batch.Images.to(device);
                var inner = taps.Exists(tap => tap.Index >= 0) ? backbone.ForwardLayers(input) : [];
                for (var i = 0; i < taps.Count; i++)
                {
                    var output = taps[i].Index < 0 ? backbone.Forward(input) : inner[taps[i].Index];
                    values[i].narrow(0, begin, count).copy_(Vectors(output, pool));
                }

                labels.narrow(0, begin, count).copy_(batch.Labels);
                begin += count;
            }

            CheckLabels(labels, images.Classes.Count);
            return values.ConvertAll(features => new LabelledFeatures(features, labels, images.Classes.Count));
        });
    }

    /// <summary>Maps are pooled, tokens averaged, vectors left as they are: [N, d].</summary>
    private static Tensor Vectors(Tensor output, Func<Tensor, Tensor> pool) => output.dim() switch
    {
        4 => pool(output),
        3 => output.mean([1]),
        _ => output,
    };

    private static T Frozen<T>(IBackbone backbone, Func<Device, T> run)
    {
        var training = backbone.Module.training;
        backbone.Module.eval();
        try
        {
            using var gradient = no_grad();
            return run(backbone.Module.parameters().FirstOrDefault()?.device ?? CPU);
        }
        finally
        {
            backbone.Module.train(training);
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
    }

    /// <summary>A label out of range would end the process on some devices.</summary>
    private static void CheckLabels(Tensor labels, int classes)
    {
        using var scope = NewDisposeScope();
        var (lowest, highest) = (labels.min().item<long>(), labels.max().item<long>());
        if (lowest < 0 || highest >= classes)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"Evaluation found the labels {lowest} to {highest}, but there are {classes} classes; check the data's labels.");
        }
    }

    /// <summary>Where features are taken: a layer's name, its number (−1 for the backbone's own output), and their length.</summary>
    private sealed record Tap(string Layer, int Index, long Length);
}
