using SslFramework.Core.Diagnostics;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Training;

/// <summary>How spread a backbone's features are: what the loss does not tell.</summary>
/// <param name="Deviation">1 where features point everywhere, 0 where all are the same: <see cref="Embedding.Deviation"/>.</param>
/// <param name="Rank">Dimensions in which features differ: <see cref="Embedding.EffectiveRank"/> around their mean.</param>
/// <param name="LargestRank">The most that it could be: images or dimensions.</param>
internal sealed record FeatureHealth(double Deviation, double Rank, long LargestRank)
{
    private const int Images = 256; // the singular values of more take longer than they tell more
    private const int AtATime = 32; // views may be larger than what the objective cuts out of them: no new peak of memory

    /// <summary>Measures an objective's backbone on a batch, in evaluation mode. Training goes on as if it had not.</summary>
    /// <param name="objective">Whose backbone.</param>
    /// <param name="batch">This process's part of the batch.</param>
    /// <param name="replicas">The processes that train together.</param>
    public static FeatureHealth Of(IPretextObjective objective, ViewBatch batch, IReplicas replicas)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var view = batch.Views[0];
        using var modes = new KeptModes(objective.Backbone.Module);
        objective.Backbone.Module.eval();
        var features = replicas.Gather(cat([.. view.narrow(0, 0, Math.Min(view.shape[0], Math.Max(1, Images / replicas.Count))).split(AtATime).Select(objective.Backbone.Forward)])); // [N, D]
        var largest = Math.Min(features.shape[0], features.shape[1]);
        return features.isfinite().all().item<bool>()
            ? new FeatureHealth(Embedding.Deviation(features).ToDouble(), Embedding.EffectiveRank(features - features.mean([0])).ToDouble(), largest)
            : new FeatureHealth(double.NaN, double.NaN, largest);
    }
}
