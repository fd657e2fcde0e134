namespace SslFramework.Core.Evaluation;

/// <summary>
/// Classifies test images by a weighted vote of the nearest train images (cosine similarity of frozen features).
/// Wu et al. 2018, https://arxiv.org/abs/1805.01978; nothing is learned, and of equal classes the lower number wins.
/// </summary>
public sealed class KnnEvaluator : IEvaluator
{
    private readonly KnnOptions options;

    /// <summary>Makes the evaluator.</summary>
    public KnnEvaluator(KnnOptions options) => this.options = options;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test) =>
        FeatureExtraction.Measure(backbone, train, test, options.Layers, maps => maps.mean([2, 3]), Measure);

    /// <summary>Top-1 and, from five classes, top-5 percentages for each k.</summary>
    public IEnumerable<(string Metric, double Value)> Measure(LabelledFeatures train, LabelledFeatures test)
    {
        var neighbours = options.K.Select(k => (int)Math.Min(k, train.Count)).Distinct().ToList();
        var scores = new WeightedVote(train, options.Temperature).Scores(test.Values, neighbours);
        for (var i = 0; i < neighbours.Count; i++)
        {
            var ranks = Ranks(scores[i], test.Labels);
            yield return ($"top-1 (k={neighbours[i]})", Accuracy.Top(1, ranks));
            if (train.Classes >= Accuracy.ClassesForTop5)
            {
                yield return ($"top-5 (k={neighbours[i]})", Accuracy.Top(5, ranks));
            }
        }
    }

    /// <summary>A class without a vote is no guess, however few classes have one: with k = 1, the best five are one.</summary>
    private static Tensor Ranks(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var voted = scores.gather(1, labels.unsqueeze(1)).squeeze(1).gt(0);
        var ranks = Accuracy.Ranks(scores, labels);
        return ranks.masked_fill(voted.logical_not(), scores.shape[1]).MoveToOuterDisposeScope();
    }
}
