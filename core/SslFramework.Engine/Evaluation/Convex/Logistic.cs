using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>
/// Multinomial logistic regression on frozen features, solved by L-BFGS: the protocol for small data sets of Kornblith et al. 2019
/// (https://arxiv.org/abs/1805.08974) and of SimCLR (https://arxiv.org/abs/2002.05709, appendix B.8).
/// </summary>
/// <remarks>
/// The penalty is chosen on train images that are held out; then all of them are learned from. Features are taken as they are, and of the
/// images as they are measured: a training transform is not used.
/// </remarks>
internal sealed class Logistic(LogisticOptions options, IProgress<EvaluationProgress>? progress = null) : IEvaluator
{
    private SolverLimits Limits => new(options.Tolerance, options.Iterations);

    /// <inheritdoc/>
    public LabelKinds Needs => options.Metric == LogisticMetric.ElevenPointMap ? LabelKinds.ClassSets : LabelKinds.Classes;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are too few images, or they are not labeled as is needed.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        if (train.Count < 2)
        {
            throw new ExperimentException(
                FailureKind.Data, "Logistic regression needs at least 2 train images, but there is 1; use a larger data set.");
        }

        if (Needs == LabelKinds.Classes)
        {
            return FeatureExtraction.Measure(backbone, train, test, options.Layers, Measure, progress);
        }

        using var scope = NewDisposeScope();
        var (known, asked) = ClassSets.Checked(train, test);
        var (learned, truth, names) = (ClassSets.Sides(known, CPU), ClassSets.Sides(asked, CPU), asked.Annotations.ObjectClasses);
        return FeatureExtraction.MeasureLayers(
            backbone, train, test, options.Layers, (own, other) => MeasureSets(own.Values, learned, other.Values, truth, names), progress);
    }

    /// <summary>Measures features of images with one class each.</summary>
    public IReadOnlyList<Measurement> Measure(LabeledFeatures train, LabeledFeatures test)
    {
        using var scope = NewDisposeScope();
        var (rows, asked) = (OneVersusRest.WithOne(train.Values), OneVersusRest.WithOne(test.Values));
        var fit = Fit(
            rows,
            train.Labels,
            (some, labels, penalty, start) => SoftmaxRegression.Solve(some, labels, train.Classes, penalty, Limits, start),
            (scores, labels) => Score(Accuracy.Ranks(scores, labels), labels));
        var ranks = Accuracy.Ranks(asked.mm(fit.Weights.t()), test.Labels);
        var isPerClass = options.Metric == LogisticMetric.MeanPerClass;
        var isTop5 = !isPerClass && train.Classes >= Accuracy.ClassesForTop5;
        return
        [
            isPerClass ? Accuracy.MeanPerClass(1, ranks, test.Labels, Accuracy.MeanOfClasses) : Accuracy.Top(1, ranks, "top-1"),
            .. isTop5 ? new[] { Accuracy.Top(5, ranks, "top-5") } : [],
            .. fit.Details,
        ];
    }

    /// <summary>Measures features of images with sets of classes.</summary>
    public IReadOnlyList<Measurement> MeasureSets(Tensor train, Tensor learned, Tensor test, Tensor truth, IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        var (rows, asked) = (OneVersusRest.WithOne(train), OneVersusRest.WithOne(test));
        var fit = Fit(rows, learned.to(train.device), Solve, Score);
        return [.. SetScores.Measure(asked.mm(fit.Weights.t()), truth, names, AveragePrecision.ElevenPoint), .. fit.Details];

        Tensor Solve(Tensor some, Tensor sides, double penalty, Tensor? start)
        {
            var costs = full([sides.shape[1]], 1 / penalty, float64, some.device);
            return OneVersusRest.Solve(some, sides, sides.abs(), costs, hinge: false, Limits, start);
        }

        double Score(Tensor scores, Tensor sides) =>
            100 * SetScores.PerClass(scores, sides, AveragePrecision.ElevenPoint).Where(double.IsFinite).DefaultIfEmpty(0).Average();
    }

    /// <summary>Chooses a penalty on what is held out, and learns from everything with it.</summary>
    /// <param name="rows">[N, D + 1].</param>
    /// <param name="labels">What is known of each row, [N, …].</param>
    /// <param name="solve">Solves rows with labels and a penalty, from a start: [C, D + 1].</param>
    /// <param name="score">How good scores [n, C] are for labels: higher is better.</param>
    private (Tensor Weights, Measurement[] Details) Fit(
        Tensor rows, Tensor labels, Func<Tensor, Tensor, double, Tensor?, Tensor> solve, Func<Tensor, Tensor, double> score)
    {
        var order = SampleOrder.Shuffled(options.Seed, epoch: int.MaxValue, (int)rows.shape[0]);
        var held = Math.Clamp((int)Math.Round(options.HeldOut * order.Length), 1, order.Length - 1);
        var (left, kept) = (Rows(order[..held], rows.device), Rows(order[held..], rows.device));
        var (own, ownLabels) = (rows.index_select(0, kept), labels.index_select(0, kept));
        var (other, otherLabels) = (rows.index_select(0, left), labels.index_select(0, left));
        var best = (Penalty: options.Grid()[0], Score: double.NegativeInfinity, Weights: (Tensor?)null);
        var solved = (Tensor?)null;
        foreach (var (number, penalty) in options.Grid().Index())
        {
            solved = solve(own, ownLabels, penalty, solved);
            if (score(other.mm(solved.t()), otherLabels) is var found && found > best.Score)
            {
                best = (penalty, found, solved);
            }

            progress?.Report(new("penalties of logistic regression", number + 1, options.Penalties));
        }

        return (
            solve(rows, labels, best.Penalty, best.Weights),
            [
                new("held-out score", best.Score) { Kind = MeasurementKind.Detail },
                new("penalty", best.Penalty) { Kind = MeasurementKind.Detail },
            ]);
    }

    private double Score(Tensor ranks, Tensor labels) =>
        options.Metric == LogisticMetric.MeanPerClass ? Accuracy.MeanPerClass(1, ranks, labels) : Accuracy.Top(1, ranks);

    private static Tensor Rows(int[] numbers, Device device) => tensor(Array.ConvertAll(numbers, number => (long)number), device: device);
}
