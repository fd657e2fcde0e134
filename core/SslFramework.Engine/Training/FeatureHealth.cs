using SslFramework.Core.Diagnostics;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>How spread out a backbone's features are, which the loss does not show.</summary>
/// <param name="Deviation">1 if features point everywhere, 0 if all are the same: <see cref="Embedding.Deviation"/>.</param>
/// <param name="Rank">The number of dimensions in which features differ: <see cref="Embedding.EffectiveRank"/> around their mean.</param>
/// <param name="LargestRank">The largest possible rank: the number of images or of dimensions.</param>
internal sealed record FeatureHealth(double Deviation, double Rank, long LargestRank)
{
    private const int Images = 256; // the singular values of more take longer but say little more
    private const int AtATime = 32; // views may be larger than what the objective crops from them: no new peak of memory

    /// <summary>Measures an objective's backbone on a batch, in evaluation mode. It leaves no trace in training.</summary>
    /// <param name="objective">The objective whose backbone is measured.</param>
    /// <param name="batch">This process's part of the batch.</param>
    /// <param name="replicas">The processes that train together.</param>
    public static FeatureHealth Of(IPretextObjective objective, ViewBatch batch, IReplicas replicas)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var view = objective.BackboneImages(batch);
        using var modes = new KeptModes(objective.Backbone.Module);
        objective.Backbone.Module.eval();
        var shown = view.narrow(0, 0, Math.Min(view.shape[0], Math.Max(1, Images / replicas.Count)));
        var features = replicas.Gather(cat([.. shown.split(AtATime).Select(objective.Backbone.Forward)])); // [N, D]
        var largest = Math.Min(features.shape[0], features.shape[1]);
        return features.isfinite().all().item<bool>()
            ? new FeatureHealth(
                Embedding.Deviation(features).ToDouble(), Embedding.EffectiveRank(features - features.mean([0])).ToDouble(), largest)
            : new FeatureHealth(double.NaN, double.NaN, largest);
    }
}
