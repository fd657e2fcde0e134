using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Tensors;
using SslFramework.Engine.Evaluation.Probes;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>
/// Trains a classifier together with the backbone, or with its last blocks, and measures it after the last epoch. The backbone
/// is restored afterwards. Raw pixels, which have nothing to tune, give no results; if the loss is not finite, results are NaN.
/// </summary>
internal sealed class FineTune : IEvaluator
{
    private readonly FineTuneSettings settings;
    private readonly bool meanPerClass;
    private readonly IProgress<EvaluationProgress>? progress;

    /// <summary>Makes the evaluator.</summary>
    public FineTune(FineTuneOptions options, IProgress<EvaluationProgress>? progress = null) =>
        (settings, meanPerClass, this.progress) = (options.Resolve(), options.MeanPerClass, progress);

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train) => settings;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no labels, or the backbone does not have that many blocks.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        FeatureExtraction.CheckTask(train, test);
        if (!backbone.Module.parameters().Any())
        {
            return [];
        }

        using var random = new KeptRandomState();
        return settings.Blocks.Count == 0
            ? Tuned(backbone, null, train, test)
            : [.. settings.Blocks
                .SelectMany(blocks => Named(blocks, blocks == 0 ? Probed(backbone, train, test) : Tuned(backbone, blocks, train, test)))];
    }

    private static IEnumerable<EvaluationResult> Named(double blocks, IReadOnlyList<EvaluationResult> results) => results
        .Where(result => result.Metric == Accuracy.MeanOfClasses || result.Metric.StartsWith("top-", StringComparison.Ordinal))
        .Select(result => result with { Metric = FormattableString.Invariant($"{result.Metric} (blocks={blocks})") });

    private IReadOnlyList<EvaluationResult> Probed(IBackbone backbone, ILabeledImages train, ILabeledImages test) =>
        new LinearProbe(new() { Recipe = settings.Probe, Seed = settings.Seed }, progress).Evaluate(backbone, train, test);

    private IReadOnlyList<EvaluationResult> Tuned(IBackbone backbone, double? blocks, ILabeledImages train, ILabeledImages test)
    {
        using var scope = NewDisposeScope();
        using var state = new BackboneState(backbone);
        using var training = new FineTuneTraining(backbone, settings, blocks, train.Classes.Count);
        var broken = training.Run(train, progress);
        var ranks = training.Ranks(test);
        List<Measurement> numbers = [Accuracy.Top(1, ranks, "top-1")];
        if (test.Classes.Count >= Accuracy.ClassesForTop5)
        {
            numbers.Add(Accuracy.Top(5, ranks, "top-5"));
        }

        if (meanPerClass)
        {
            using var labels = tensor(test.Labels.Select(label => (long)label).ToArray(), device: ranks.device);
            numbers.Add(Accuracy.MeanPerClass(1, ranks, labels, Accuracy.MeanOfClasses));
        }

        return [.. numbers.Select(number => (broken is null ? number : number.Without(broken)).Of(FeatureExtraction.LastLayer))];
    }
}
