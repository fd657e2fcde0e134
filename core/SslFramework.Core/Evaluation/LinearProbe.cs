namespace SslFramework.Core.Evaluation;

/// <summary>
/// A linear classifier on frozen features, which says how well they separate the classes. Features are extracted once,
/// without augmentation, and normalised by a BatchNorm without weights, so that one set of learning rates suits every
/// method (MAE appendix A.1, https://arxiv.org/abs/2111.06377).
/// </summary>
/// <remarks>
/// The learning rate is chosen on a tenth of the train images; then a new classifier learns from all of them, and its
/// last epoch is measured on the test images, which have no say in anything.
/// </remarks>
public sealed class LinearProbe : IEvaluator
{
    private const int FewestImages = 4;

    private readonly LinearProbeOptions options;

    /// <summary>Makes the evaluator.</summary>
    public LinearProbe(LinearProbeOptions options) => this.options = options;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are too few images or no labels.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabelledImages train, ILabelledImages test) =>
        FeatureExtraction.Measure(backbone, train, test, options.Layers, maps => Pool(maps, options.PooledLength), Measure);

    /// <summary>Averages maps [N, C, H, W] over a grid of s × s fields, s = √(length / C) or the map's own side.</summary>
    /// <returns>[N, C·s·s].</returns>
    public static Tensor Pool(Tensor maps, int length)
    {
        var side = Math.Max(1, (long)Math.Round(Math.Sqrt((double)length / maps.shape[1])));
        return nn.functional.adaptive_avg_pool2d(maps, [Math.Min(side, maps.shape[2]), Math.Min(side, maps.shape[3])]).flatten(1);
    }

    /// <summary>Percentages of the test features, and the learning rate that was chosen without them.</summary>
    /// <exception cref="ExperimentException">There are too few train features.</exception>
    public IEnumerable<Measurement> Measure(LabelledFeatures train, LabelledFeatures test)
    {
        if (train.Count < FewestImages)
        {
            throw new ExperimentException(
                ExitCode.Data,
                $"A linear probe needs at least {FewestImages} train images, but there are {train.Count}; use a larger data set.");
        }

        using var gradient = no_grad(); // the heads know their gradient in closed form
        using var scope = NewDisposeScope();
        var results = new List<Measurement>();
        var rate = options.LearningRates[0];
        if (options.LearningRates.Count > 1)
        {
            (rate, var heldOut) = ChooseRate(train);
            results.Add(heldOut);
        }

        var ranks = Accuracy.Ranks(Trained(train, [rate]).Scores(test.Values).squeeze(1), test.Labels);
        results.Insert(0, Accuracy.Top(1, ranks, "top-1"));
        if (train.Classes >= Accuracy.ClassesForTop5)
        {
            results.Insert(1, Accuracy.Top(5, ranks, "top-5"));
        }

        results.Add(new("learning rate", rate));
        return results;
    }

    /// <summary>The rate that does best on a tenth of the train features, after learning from the others.</summary>
    private (double Rate, Measurement HeldOut) ChooseRate(LabelledFeatures train)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)options.Seed);
        var order = randperm(train.Count, generator: random).to(train.Labels.device);
        var held = Math.Max(1, train.Count / 10);
        var part = train.Select(order.narrow(0, held, train.Count - held));
        var heldOut = train.Select(order.narrow(0, 0, held));

        var scores = Trained(part, options.LearningRates).Scores(heldOut.Values); // [n, R, C]
        return options.LearningRates
            .Select((rate, i) => (rate, Accuracy.Top(1, Accuracy.Ranks(scores.select(1, i), heldOut.Labels), "held-out top-1")))
            .MaxBy(pair => pair.Item2.Value);
    }

    private LinearHeads Trained(LabelledFeatures train, IReadOnlyList<double> rates)
    {
        using var random = new Generator((ulong)options.Seed);
        var heads = new LinearHeads(train, rates, random);
        heads.Train(train, options.Epochs, (int)Math.Min(options.BatchSize, train.Count), random);
        return heads;
    }
}
