using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>
/// Linear classifiers on frozen features, which show how well those separate the classes. One pass over the images gives the
/// features of every layer, and classifiers for all layers and learning rates learn side by side.
/// </summary>
/// <remarks>
/// The learning rate is chosen on a tenth of the train images; then a new classifier learns from all of them, and its last
/// epoch is measured on the test images, which decide nothing. If the evaluation has a training transform,
/// features are computed again each epoch; otherwise they are computed once.
/// </remarks>
internal sealed class LinearProbe : IEvaluator
{
    private readonly ProbeSettings settings;
    private readonly IProgress<EvaluationProgress>? progress;

    /// <summary>Makes the evaluator.</summary>
    public LinearProbe(LinearProbeOptions options, IProgress<EvaluationProgress>? progress = null) =>
        (settings, this.progress) = (options.Resolve(), progress);

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train) => settings with { FeaturesKept = !train.Augmented };

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are too few images or no labels.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        FeatureExtraction.CheckTask(train, test);
        var taps = FeatureTaps.Find(backbone, train, settings.Layers, Pool);
        var groups = train.Augmented ? [taps] : FeatureExtraction.Groups(taps, train, test);
        return [.. groups.SelectMany(group =>
        {
            using var scope = NewDisposeScope();
            IProbeFeatures features = train.Augmented
                ? new RecomputedFeatures(group, train, progress)
                : new CachedFeatures(FeatureExtraction.Extract(group, train, progress), group.Device);
            return new ProbeTraining(settings, group.Items, group.Device, progress).Measure(
                features, FeatureExtraction.Extract(group, test, progress));
        })];
    }

    /// <summary>Measures existing features of one layer.</summary>
    /// <exception cref="ExperimentException">There are too few train features.</exception>
    public IReadOnlyList<EvaluationResult> Measure(LabeledFeatures train, LabeledFeatures test)
    {
        var length = train.Values.shape[1];
        var device = train.Values.device;
        return new ProbeTraining(settings, [new(FeatureExtraction.LastLayer, -1, length, length)], device, progress).Measure(
            new CachedFeatures([train], device), [test]);
    }

    private Tensor Pool(Tensor maps) => Pool(maps, settings.PooledLength, settings.Pooling);

    /// <summary>Pools maps [N, C, H, W] over a grid of s × s fields, where s = √(length / C) or the map's own side.</summary>
    /// <returns>[N, C, s, s].</returns>
    public static Tensor Pool(Tensor maps, int length, MapPooling pooling)
    {
        var side = Math.Max(1, (long)Math.Round(Math.Sqrt((double)length / maps.shape[1])));
        long[] sides = [Math.Min(side, maps.shape[2]), Math.Min(side, maps.shape[3])];
        return pooling == MapPooling.Max ? nn.functional.adaptive_max_pool2d(maps, sides) : nn.functional.adaptive_avg_pool2d(maps, sides);
    }
}
