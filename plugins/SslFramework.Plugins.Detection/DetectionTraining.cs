using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.Detection;

/// <summary>One training of a detector that starts from the backbone's weights. Everything random is a function of seed and step.</summary>
internal sealed class DetectionTraining : IDisposable
{
    private readonly IMapBackbone backbone;
    private readonly DetectionSettings settings;
    private readonly IAnnotatedImages images;
    private readonly Device device;
    private readonly Detector detector;
    private readonly IOptimizer optimizer;
    private readonly double[] repeats;

    /// <summary>Makes the detector, with new weights of the settings' seed.</summary>
    /// <param name="backbone">The backbone, which learns too.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="images">Images with objects.</param>
    /// <exception cref="ExperimentException">The settings do not fit the backbone, or no image has an object.</exception>
    public DetectionTraining(IMapBackbone backbone, DetectionSettings settings, IAnnotatedImages images)
    {
        (this.backbone, this.settings) = (backbone, settings);
        device = backbone.Module.parameters().First().device;
        this.images = WithObjects(images);
        repeats = RepeatedImages.Factors(
            [.. Enumerable.Range(0, this.images.Count).Select(i => this.images.Objects(i).Objects.Select(one => one.Class).ToArray())],
            settings.RepeatBelow);
        Seed(0);
        detector = new Detector(backbone, settings, images.Annotations);
        detector.to(device);
        optimizer = Optimizer();
    }

    /// <summary>Trains for all steps.</summary>
    /// <param name="progress">Receives each step.</param>
    /// <returns>Why it ended early, because its loss was not finite; null if it did not.</returns>
    public string? Run(IProgress<EvaluationProgress>? progress)
    {
        var schedule = new StepsSchedule(
            new()
            {
                LearningRate = settings.LearningRate,
                WarmupEpochs = settings.WarmupSteps,
                WarmupStart = settings.LearningRate * settings.WarmupShare,
                Milestones = [.. settings.Milestones.Select(milestone => (double)milestone)],
            },
            new RunLength(settings.Steps, settings.BatchSize)); // a step in place of an epoch
        EnterTraining();
        foreach (var (step, batch) in Batches(settings.Steps, 0))
        {
            var loss = TakeStep(batch, step, schedule.LearningRate(step));
            if (!double.IsFinite(loss))
            {
                return FormattableString.Invariant(
                    $"The detector's loss is {loss} at step {step + 1}; check the weights, or lower its \"learningRate\".");
            }

            progress?.Report(new("detector", step + 1, settings.Steps));
        }

        PreciseNorms.Take([backbone.Module, detector], Batches(settings.NormSteps, settings.Steps).Select(batch => (Action)(() =>
        {
            using var scope = NewDisposeScope();
            Seed(batch.Step);
            detector.Losses(batch.Batch.Images.to(device), ViewTarget.Of(batch.Batch, images), batch.Step);
        })));
        return null;
    }

    /// <summary>The losses of a step, by name, without learning.</summary>
    internal Dictionary<string, double> Losses(AnnotatedBatch batch, long step)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        EnterTraining();
        Seed(step);
        return detector.Losses(batch.Images.to(device), ViewTarget.Of(batch, images), step)
            .ToDictionary(loss => loss.Key, loss => loss.Value.ToDouble());
    }

    /// <summary>What is in test images, one batch after the other.</summary>
    /// <param name="test">The images.</param>
    /// <param name="progress">Receives the progress.</param>
    public IEnumerable<(AnnotatedBatch Batch, ViewPlaces[] Places, DetectedObject[][] Found)> Detect(
        IAnnotatedImages test, IProgress<EvaluationProgress>? progress)
    {
        backbone.Module.eval();
        detector.eval();
        var done = 0;
        foreach (var batch in test.ReadAnnotated(settings.BatchSize))
        {
            var view = new ImageSize((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
            ViewPlaces[] places = [.. batch.Geometry.Select(geometry => new ViewPlaces(geometry, view))];
            yield return (batch, places, Found(batch, places));
            done += batch.Indices.Count;
            progress?.Report(new("detections in test images", done, test.Count));
        }
    }

    /// <summary>Frees the detector, and leaves the backbone to its owner.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        detector.Dispose();
    }

    private DetectedObject[][] Found(AnnotatedBatch batch, ViewPlaces[] places)
    {
        using var scope = NewDisposeScope();
        return detector.Detect(batch.Images.to(device), places);
    }

    /// <summary>Images of which nothing could be learned are left out.</summary>
    private IAnnotatedImages WithObjects(IAnnotatedImages all)
    {
        int[] some = [.. Enumerable.Range(0, all.Count).Where(i => all.Objects(i).Objects.Any(one =>
            !one.Crowd && (!settings.Keypoints || one.Keypoints.Any(point => point.Visibility > 0))))];
        return some.Length == all.Count ? all
            : some.Length > 0 ? (IAnnotatedImages)all.Select(some)
            : throw new ExperimentException(
                FailureKind.Data,
                $"None of the {all.Count} train images has an object to learn from{(settings.Keypoints ? " with keypoints" : "")}; look "
                + "at their annotations.");
    }

    private IOptimizer Optimizer()
    {
        var parameters = LayerDecay.Of(backbone, settings.LayerDecay).WithHead(detector, "detector");
        return settings.Optimizer == DetectionOptimizer.AdamW
            ? new AdamW(new() { WeightDecay = settings.WeightDecay }, parameters)
            : new Sgd(new() { WeightDecay = settings.WeightDecay }, parameters);
    }

    private void EnterTraining()
    {
        if (settings.DropPath > 0 && backbone is IStochasticDepth deep)
        {
            deep.DropPath = settings.DropPath;
        }

        backbone.Module.train();
        detector.train();
    }

    /// <summary>Batches of steps, one epoch after the other.</summary>
    private IEnumerable<(long Step, AnnotatedBatch Batch)> Batches(int steps, long first)
    {
        var (step, size) = (0L, Math.Min(settings.BatchSize, images.Count));
        for (var epoch = first == 0 ? 0 : 1 << 30; step < steps; epoch++) // statistics are taken from other views
        {
            var order = settings.RepeatBelow > 0 ? RepeatedImages.Of(repeats, settings.Seed, epoch) : null;
            var shown = order is null ? images : (IAnnotatedImages)images.Select(order);
            foreach (var batch in shown.ReadAnnotatedShuffled(size, settings.Seed, epoch))
            {
                long[] indices = [.. batch.Indices.Select(i => order is null ? i : order[i])];
                yield return (first + step, batch with { Indices = indices });
                if (++step == steps)
                {
                    yield break;
                }
            }
        }
    }

    /// <returns>The loss; if it is not finite, no weight has changed.</returns>
    private double TakeStep(AnnotatedBatch batch, long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        Seed(step);
        return TunedStep.Take([backbone.Module, detector], optimizer, learningRate, () =>
            detector.Losses(batch.Images.to(device), ViewTarget.Of(batch, images), step).Values.Aggregate((sum, one) => sum.add(one)));
    }

    /// <summary>For new weights, drop path and dropout.</summary>
    private void Seed(long step) => LayerSeed.Set(new SampleRandom((ulong)settings.Seed, (ulong)step, 0, 3).NextBits(), device);
}
