using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Neighbors;

/// <summary>
/// Classifies test images by a weighted vote of the nearest train images (cosine similarity of frozen features).
/// Wu et al. 2018, https://arxiv.org/abs/1805.01978; nothing is learned, and among equal classes the lower number wins.
/// </summary>
internal sealed class KnnEvaluator : IEvaluator
{
    private readonly KnnOptions options;
    private readonly IProgress<EvaluationProgress>? progress;

    /// <summary>Makes the evaluator.</summary>
    public KnnEvaluator(KnnOptions options, IProgress<EvaluationProgress>? progress = null) =>
        (this.options, this.progress) = (options, progress);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        FeatureExtraction.Measure(backbone, train, test, options.Layers, Measure, progress);

    /// <summary>
    /// Top-1 and, from five classes up, top-5 percentages for each k and each temperature; NaN if features are not finite.
    /// </summary>
    public IEnumerable<Measurement> Measure(LabeledFeatures train, LabeledFeatures test) => FeatureSoundness.Judge(train, test, Vote);

    private IEnumerable<Measurement> Vote(LabeledFeatures train, LabeledFeatures test)
    {
        var neighbors = options.K.Select(k => (int)Math.Min(k, train.Count)).Distinct().ToList();
        var all = new WeightedVote(train).Ranks(test, neighbors, options.Temperature);
        for (var i = 0; i < all.Count; i++)
        {
            var (k, temperature) = (neighbors[i / options.Temperature.Count], options.Temperature[i % options.Temperature.Count]);
            var how = options.Temperature.Count == 1 ? $"k={k}" : FormattableString.Invariant($"k={k}, T={temperature}");
            yield return Accuracy.Top(1, all[i], $"top-1 ({how})");
            if (train.Classes >= Accuracy.ClassesForTop5)
            {
                // k neighbors make at most k guesses, as in DINO's evaluation.
                yield return Accuracy.Top(Math.Min(5, k), all[i], $"top-5 ({how})");
            }
        }
    }
}
