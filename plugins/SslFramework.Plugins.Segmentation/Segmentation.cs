using SslFramework.Core.Diagnostics;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Plugins.Segmentation;

/// <summary>
/// Trains a head that tells the class of every pixel together with the backbone it stands on, and measures it after the last step (mean
/// intersection over union). The backbone is restored afterwards. Raw pixels, which have nothing to tune, give no results; if the loss is
/// not finite, results are NaN.
/// </summary>
public sealed class Segmentation(
    SegmentationOptions options, IProgress<EvaluationProgress>? progress = null, IProgress<Figure>? figures = null) : IEvaluator
{
    private const int MostImages = 16; // of a test batch
    private const long MostScores = 1 << 26; // 256 MiB

    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.Maps;

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train) => options.Resolve(train.Count);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no maps of classes, or the backbone gives no maps.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        var (known, asked) = MappedImages.Of(train, test);
        if (!backbone.Module.parameters().Any())
        {
            return [];
        }

        if (backbone is not IMapBackbone { Maps.Count: > 0 } maps)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"The backbone {backbone.GetType().Name} gives no maps, so that it cannot tell what lies where; leave 'segmentation' out, "
                + "or take a convolutional network or a vision transformer.");
        }

        using var scope = NewDisposeScope();
        using var random = new KeptRandomState();
        using var state = new BackboneState(backbone);
        using var training = new SegmentationTraining(maps, options.Resolve(train.Count), known.Annotations.MapClasses.Count);
        var broken = training.Run(known, progress);
        return Measured(training, asked, broken);
    }

    private List<EvaluationResult> Measured(SegmentationTraining training, IAnnotatedImages test, string? broken)
    {
        var classes = test.Annotations.MapClasses;
        var (confusion, done) = (new PixelConfusion(classes.Count), 0);
        using var figure = new MapFigure(test.Count, classes);
        foreach (var batch in test.ReadAnnotated(BatchSize(test)))
        {
            using var scope = NewDisposeScope();
            var found = training.Found(batch);
            figure.Add(batch, found);
            var (truth, taken) = (batch.Maps!.data<byte>().ToArray(), found.data<byte>().ToArray());
            var pixels = truth.Length / batch.Indices.Count; // of an image
            for (var begin = 0; begin < truth.Length; begin += pixels)
            {
                confusion.Add(truth.AsSpan(begin, pixels), taken.AsSpan(begin, pixels));
            }

            done += batch.Indices.Count;
            progress?.Report(new("classes of test pixels", done, test.Count));
        }

        if (broken is null)
        {
            figures?.Report(figure.Draw("Classes of the pixels of some test images"));
        }

        var measured = confusion.Measure(test.Annotations.Background).Concat(confusion.MeasureClasses(classes));
        return [.. measured.Select(number => (broken is null ? number : number.Without(broken)).Of(FeatureExtraction.LastLayer))];
    }

    private static int BatchSize(IAnnotatedImages images)
    {
        var shape = images.Read(1).Select(one => one.Images.shape).First();
        return (int)Math.Clamp(MostScores / (shape[2] * shape[3] * images.Annotations.MapClasses.Count), 1, MostImages);
    }
}
