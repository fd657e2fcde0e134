using SslFramework.Core.Diagnostics;
using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation;

/// <summary>
/// Describes how features lie in their space, without labels: effective rank (RankMe, https://arxiv.org/abs/2210.02885), deviation
/// (0 if collapsed), uniformity and, between two views of an image, alignment (Wang and Isola 2020,
/// https://arxiv.org/abs/2005.10242: lower is better for both). Maps and tokens are averaged over places.
/// </summary>
/// <remarks>
/// Views are made by the evaluation's training transform or, as <c>alignment (own views)</c>, by that of pretraining: these differ
/// between methods. Without either there is no alignment.
/// </remarks>
internal sealed class FeatureDiagnostics : IEvaluator
{
    private const int BatchSize = 256;

    private readonly DiagnosticsOptions options;
    private readonly IProgress<EvaluationProgress>? progress;

    /// <summary>Makes the evaluator.</summary>
    public FeatureDiagnostics(DiagnosticsOptions options, IProgress<EvaluationProgress>? progress = null) =>
        (this.options, this.progress) = (options, progress);

    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.None;

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train) => new DiagnosticsProtocol(options.Layers, options.Images, options.Seed, "evenly spaced");

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        var images = test.Select(SampleOrder.Spread(options.Images, test.Count)); // a folder lists its images class by class
        var taps = FeatureTaps.Find(backbone, images, options.Layers, FeatureExtraction.Averaged);
        var features = FeatureExtraction.Extract(taps, images, progress);
        var alignment = Alignment(taps, images);
        var views = train.Augmented ? "alignment" : "alignment (own views)";
        return [.. taps.Items.SelectMany((tap, i) =>
        {
            List<Measurement> numbers =
            [
                new("effective rank", Embedding.EffectiveRank(features[i].Values).ToDouble()),
                new("deviation", Embedding.Deviation(features[i].Values).ToDouble()),
                new("uniformity", Embedding.Uniformity(features[i].Values).ToDouble()),
            ];
            if (alignment is not null)
            {
                numbers.Add(new(views, alignment[i]));
            }

            var (broken, constant) = (FeatureSoundness.Broken(features[i].Values), FeatureSoundness.Constant(features[i].Values));
            return numbers
                .Select(number => broken is null ? number with { Remark = constant } : number.Without(broken))
                .Select(number => (number with { Kind = MeasurementKind.Description }).Of(tap.Layer));
        })];
    }

    /// <summary>The mean squared distance of two views' unit vectors, for each layer; null if there are no views.</summary>
    private double[]? Alignment(FeatureTaps taps, ILabeledImages images)
    {
        var (sums, count) = (new double[taps.Items.Count], 0L);
        foreach (var (first, second) in Views(images, 0).Zip(Views(images, 1)))
        {
            using var scope = NewDisposeScope();
            var (a, b) = taps.Frozen(() => (taps.Read(first.to(taps.Device)), taps.Read(second.to(taps.Device))));
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += Embedding.Alignment(a[i], b[i]).ToDouble() * first.shape[0];
            }

            count += first.shape[0];
            progress?.Report(new("two views of images", count, images.Count));
        }

        return count == 0 ? null : Array.ConvertAll(sums, sum => sum / count);
    }

    private IEnumerable<Tensor> Views(ILabeledImages images, int epoch) =>
        images.ReadViews(BatchSize, options.Seed, epoch).Select(batch => batch.Views[0]);
}
