using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Features that are computed anew each epoch, from other views of the images.</summary>
/// <param name="taps">One pass gives all layers.</param>
/// <param name="images">The train images.</param>
/// <param name="progress">Told how far an extraction is.</param>
internal sealed class FreshFeatures(FeatureTaps taps, ILabelledImages images, IProgress<EvaluationProgress>? progress) : IProbeFeatures
{
    public int Count => images.Count;

    public IProbeFeatures Select(IReadOnlyList<int> rows) => new FreshFeatures(taps, images.Select(rows), progress);

    public IReadOnlyList<LabelledFeatures> Plain() => FeatureExtraction.Extract(taps, images, progress);

    public IEnumerable<FeatureBatch> Batches(int batchSize, long seed, int epoch) =>
        images.ReadShuffled(batchSize, seed, epoch).Select(Features);

    private FeatureBatch Features(LabelledBatch batch) => taps.Frozen(() =>
    {
        using var scope = NewDisposeScope();
        var layers = taps.Read(batch.Images.to(taps.Device)).Select(values => values.MoveToOuterDisposeScope());
        return new FeatureBatch([.. layers], batch.Labels.to(taps.Device, copy: true).MoveToOuterDisposeScope());
    });
}
