using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Features of the train images at several layers, for classifiers to learn from.</summary>
internal interface IProbeFeatures
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>The features of some images.</summary>
    IProbeFeatures Select(IReadOnlyList<int> rows);

    /// <summary>Features of the unchanged images, for each layer.</summary>
    IReadOnlyList<LabelledFeatures> Plain();

    /// <summary>An epoch to learn from: full batches in the order of <see cref="SslFramework.Engine.Data.SampleOrder"/>. The reader frees them.</summary>
    IEnumerable<FeatureBatch> Batches(int batchSize, long seed, int epoch);
}

/// <summary>Features [B, d] of some images at each layer, and their classes, int64 [B].</summary>
internal sealed record FeatureBatch(IReadOnlyList<Tensor> Layers, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in Layers.Append(Labels))
        {
            tensor.Dispose();
        }
    }
}
