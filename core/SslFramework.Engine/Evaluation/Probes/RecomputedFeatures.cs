using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Features that are computed again each epoch, from other views of the images.</summary>
/// <param name="taps">Takes the features of all layers in one pass.</param>
/// <param name="images">The train images.</param>
/// <param name="progress">Receives the progress of an extraction.</param>
internal sealed class RecomputedFeatures(FeatureTaps taps, ILabeledImages images, IProgress<EvaluationProgress>? progress) : IProbeFeatures
{
    public int Count => images.Count;

    public IProbeFeatures Select(IReadOnlyList<int> rows) => new RecomputedFeatures(taps, images.Select(rows), progress);

    public IReadOnlyList<LabeledFeatures> Plain() => FeatureExtraction.Extract(taps, images, progress);

    public IEnumerable<FeatureBatch> Batches(int batchSize, long seed, int epoch) =>
        images.ReadShuffled(batchSize, seed, epoch).Select(Features);

    private FeatureBatch Features(LabeledBatch batch) => taps.Frozen(() =>
    {
        using var scope = NewDisposeScope();
        var layers = taps.Read(batch.Images.to(taps.Device)).Select(values => values.MoveToOuterDisposeScope());
        return new FeatureBatch([.. layers], batch.Labels.to(taps.Device, copy: true).MoveToOuterDisposeScope());
    });
}
