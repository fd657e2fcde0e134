using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Neighbors;

/// <summary>
/// Ranks all train images by cosine similarity to each test image; those of its class should come first. The mean over the
/// test images of the average precision, a percentage; a class that has no train image does not count.
/// </summary>
internal sealed class Retrieval : IEvaluator
{
    // 32 MiB of similarities at a time; sorting needs several times as much.
    private const long BlockNumbers = 1 << 23;

    private readonly RetrievalOptions options;
    private readonly IProgress<EvaluationProgress>? progress;

    /// <summary>Makes the evaluator.</summary>
    public Retrieval(RetrievalOptions options, IProgress<EvaluationProgress>? progress = null) =>
        (this.options, this.progress) = (options, progress);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no images or no labels.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        FeatureExtraction.Measure(backbone, train, test, options.Layers, Measure, progress);

    /// <summary>
    /// The mean average precision, and the percentage of test images whose nearest train image has their class; NaN if features are not
    /// finite.
    /// </summary>
    /// <param name="bank">The features that are ranked.</param>
    /// <param name="queries">The features that are searched for.</param>
    public static IEnumerable<Measurement> Measure(LabeledFeatures bank, LabeledFeatures queries) =>
        FeatureSoundness.Judge(bank, queries, Rank);

    private static IEnumerable<Measurement> Rank(LabeledFeatures bank, LabeledFeatures queries)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var (rows, begin) = (nn.functional.normalize(bank.Values.to(float32), dim: 1), 0L);
        var ranks = arange(1, bank.Count + 1, float64, bank.Values.device); // [N]
        var (precisions, nearest) = (new List<double>(), new List<double>());
        foreach (var block in queries.Values.split(Math.Max(1, BlockNumbers / bank.Count)))
        {
            using var blockScope = NewDisposeScope();
            var order = nn.functional.normalize(block.to(float32), dim: 1).mm(rows.t()).argsort(1, descending: true); // [q, N]
            var labels = queries.Labels.narrow(0, begin, block.shape[0]).unsqueeze(1);
            var relevant = bank.Labels[order].eq(labels).to(float64); // [q, N]
            var found = relevant.sum(1);
            var precision = relevant.cumsum(1).div_(ranks).mul_(relevant).sum(1).div_(found); // 0 / 0 if there is none to find
            precisions.AddRange(precision.cpu().data<double>().ToArray().Where(double.IsFinite));
            nearest.AddRange(relevant.select(1, 0).cpu().data<double>().ToArray());
            begin += block.shape[0];
        }

        var percentages = precisions.ConvertAll(value => 100 * value);
        var precisionAtOne = 100 * nearest.Sum() / nearest.Count;
        return [
            percentages.Count > 0
                ? new("mAP", percentages.Average(), Confidence.OfMean(percentages))
                : new("mAP", double.NaN) { Remark = "No test image has a train image of its class, so that there is nothing to find." },
            new("precision at 1", precisionAtOne, Confidence.OfPercentage(precisionAtOne, nearest.Count)),
        ];
    }
}
