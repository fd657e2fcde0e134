using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Convex;

/// <summary>
/// A linear support vector machine per class on frozen features of images that show several classes: the mean of the classes' average
/// precisions. The protocol of PASCAL VOC 2007 in Goyal et al. 2019, https://arxiv.org/abs/1905.01235
/// </summary>
/// <remarks>
/// Images whose objects of a class are all hard to see do not count for it, neither in training nor in measuring. For few images the
/// public code takes the cost with the best test number; here it is set beforehand.
/// </remarks>
internal sealed class SetProbe(SetProbeOptions options, IProgress<EvaluationProgress>? progress = null) : IEvaluator
{
    private const double Epsilon = 1e-5; // added to the length of a feature vector
    private const double PositiveWeight = 2;

    private Func<IReadOnlyList<bool>, int, double> Precision =>
        options.ElevenPoint ? AveragePrecision.ElevenPoint : AveragePrecision.Area;

    /// <inheritdoc/>
    public LabelKinds Needs => LabelKinds.ClassSets;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no sets of classes, or too few images of a class.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        using var scope = NewDisposeScope();
        var (known, asked) = ClassSets.Checked(train, test);
        var (learned, truth, names) = (ClassSets.Sides(known, CPU), ClassSets.Sides(asked, CPU), asked.Annotations.ObjectClasses);
        return FeatureExtraction.MeasureLayers(
            backbone, train, test, options.Layers, (own, other) => Measure(own.Values, learned, other.Values, truth, names), progress);
    }

    /// <summary>Measures features of one layer.</summary>
    /// <param name="train">Features to learn from, [N, D].</param>
    /// <param name="learned">Of <see cref="ClassSets.Sides"/>, [N, C].</param>
    /// <param name="test">Features to measure on, [n, D].</param>
    /// <param name="truth">[n, C].</param>
    /// <param name="names">The classes.</param>
    public IReadOnlyList<Measurement> Measure(Tensor train, Tensor learned, Tensor test, Tensor truth, IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        var (rows, asked, sides) = (Unit(train), Unit(test), learned.to(train.device));
        var costs = Choose(rows, sides);
        var scores = asked.mm(Solve(rows, sides, Weights(sides), tensor(costs, device: rows.device)).t());
        return
        [
            .. SetScores.Measure(scores, truth, names, Precision),
            .. names.Zip(costs, (name, cost) => new Measurement($"C ({name})", cost) { Kind = MeasurementKind.Detail }),
            .. options.LowShot.SelectMany(k => FromFew(k, rows, sides, asked, truth, names)),
        ];
    }

    /// <summary>How much each image counts for each class, [N, C].</summary>
    public static Tensor Weights(Tensor sides) => sides.abs() + sides.gt(0).to(float64).mul_(PositiveWeight - 1);

    /// <summary>The part that each train image is in, class by class, with as many positives and negatives in each: [N, C].</summary>
    public static Tensor Folds(Tensor sides, int folds)
    {
        using var scope = NewDisposeScope();
        var (positive, negative) = (sides.gt(0), sides.lt(0));
        return where(positive, positive.to(int64).cumsum(0), negative.to(int64).cumsum(0)).remainder(folds).MoveToOuterDisposeScope();
    }

    private double[] Choose(Tensor rows, Tensor sides)
    {
        if (options.Costs.Count == 1)
        {
            return [.. Enumerable.Repeat(options.Costs[0], (int)sides.shape[1])];
        }

        using var scope = NewDisposeScope();
        var (parts, classes) = (Folds(sides, options.Folds), (int)sides.shape[1]);
        var (all, weights) = (sides.repeat(1, options.Folds), Weights(sides));
        var kept = cat([.. Enumerable.Range(0, options.Folds).Select(part => weights * parts.ne(part))], 1); // [N, folds · C]
        var left = cat([.. Enumerable.Range(0, options.Folds).Select(part => sides * parts.eq(part))], 1);
        var (best, chosen) = (new double[classes], new double[classes]);
        Array.Fill(best, double.NegativeInfinity);
        Tensor? solved = null;
        foreach (var (number, cost) in options.Costs.Order().Index())
        {
            solved = Solve(rows, all, kept, full([all.shape[1]], cost, float64, rows.device), solved);
            var precisions = SetScores.PerClass(rows.mm(solved.t()), left, Precision);
            for (var c = 0; c < classes; c++)
            {
                var found = Enumerable.Range(0, options.Folds).Select(part => precisions[(part * classes) + c]).Where(double.IsFinite);
                var mean = found.DefaultIfEmpty(0).Average();
                (best[c], chosen[c]) = mean > best[c] ? (mean, cost) : (best[c], chosen[c]);
            }

            progress?.Report(new("costs of support vector machines", number + 1, options.Costs.Count));
        }

        return chosen;
    }

    private IEnumerable<Measurement> FromFew(int k, Tensor rows, Tensor sides, Tensor asked, Tensor truth, IReadOnlyList<string> names)
    {
        var values = new List<double>();
        var costs = full([sides.shape[1]], options.LowShotCost, float64, rows.device);
        for (var draw = 0; draw < options.Draws; draw++)
        {
            using var scope = NewDisposeScope();
            var few = FewImages.Of(sides, k, names, new SampleRandom((ulong)options.Seed, (ulong)draw, (ulong)k, 0)).to(rows.device);
            var scores = asked.mm(Solve(rows, few, Weights(few), costs).t());
            values.Add(100 * SetScores.PerClass(scores, truth, Precision).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());
            progress?.Report(new($"{k} images per class", draw + 1, options.Draws));
        }

        yield return new($"mAP ({k} per class)", values.Average(), Confidence.OfMean(values));
        yield return new($"mAP ({k} per class) deviation", Confidence.Deviation(values)) { Kind = MeasurementKind.Detail };
    }

    private static Tensor Solve(Tensor rows, Tensor sides, Tensor weights, Tensor costs, Tensor? start = null) =>
        OneVersusRest.Solve(rows, sides, weights, costs, hinge: true, SolverLimits.Near, start);

    private static Tensor Unit(Tensor features)
    {
        using var scope = NewDisposeScope();
        var values = features.to(float64);
        return OneVersusRest.WithOne(values / (values.norm(1, keepdim: true, p: 2) + Epsilon)).MoveToOuterDisposeScope();
    }
}
