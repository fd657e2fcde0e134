using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>
/// Lets an evaluator learn from few labels: a part of the train images, drawn several times, class by class if it needs classes. Gives
/// the mean of every number over the draws with its confidence interval, and the standard deviation.
/// </summary>
internal sealed class LowShot : IEvaluator
{
    private readonly LowShotOptions options;
    private readonly IEvaluator evaluator;

    /// <summary>Makes the evaluator, and the one inside it.</summary>
    /// <exception cref="ExperimentException">The number of images is not of the kind that the one inside learns from.</exception>
    public LowShot(LowShotOptions options, IComponentFactory components)
    {
        this.options = options;
        evaluator = components.Create(options.Evaluator!);
        if (ByClass ? options.Images is not null : options.PerClass is not null)
        {
            var name = options.Evaluator!.Descriptor.Name;
            throw new ExperimentException(
                FailureKind.Config,
                ByClass
                    ? $"\"images\" of 'low-shot' counts images of any class, but '{name}' learns classes; give \"perClass\"."
                    : $"\"perClass\" of 'low-shot' counts images of a class, but '{name}' learns no classes of images; give \"images\".");
        }
    }

    /// <summary>What the evaluator inside needs; without classes, images are drawn, and not class by class.</summary>
    public LabelKinds Needs => evaluator.Needs;

    private bool ByClass => Needs.HasFlag(LabelKinds.Classes);

    /// <inheritdoc/>
    public object Protocol(ILabeledImages train)
    {
        var draws = Draws(train);
        return new LowShotProtocol(
            options.Evaluator!.Descriptor.Name,
            evaluator.Protocol(train.Select(draws[0])) ?? options.Evaluator.Options,
            options.Fraction,
            options.PerClass,
            options.Images,
            options.Seed,
            draws);
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">A class has too few images, or the inner evaluator refuses.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        if (ByClass)
        {
            FeatureExtraction.CheckTask(train, test);
        }

        var results = Draws(train).SelectMany(draw => evaluator.Evaluate(backbone, train.Select(draw), test)).ToList();
        return [.. results.GroupBy(result => (result.Layer, result.Metric)).SelectMany(group =>
        {
            var values = group.Select(result => result.Value).ToList();
            var mean = new EvaluationResult(group.Key.Layer, group.Key.Metric, values.Average(), Confidence.OfMean(values))
            {
                Kind = group.First().Kind,
                Remark = group.Select(result => result.Remark).FirstOrDefault(remark => remark is not null),
            };
            if (values.Count == 1)
            {
                return new[] { mean };
            }

            var deviation = Confidence.Deviation(values);
            return
            [
                mean,
                new EvaluationResult(group.Key.Layer, $"{group.Key.Metric} deviation", deviation) { Kind = MeasurementKind.Detail },
            ];
        })];
    }

    /// <summary>The numbers of the train images of every draw, ascending.</summary>
    /// <exception cref="ExperimentException">A class has too few images.</exception>
    private IReadOnlyList<IReadOnlyList<int>> Draws(ILabeledImages train) =>
        [.. Enumerable.Range(0, options.Draws).Select(draw => Draw(train, draw))];

    private List<int> Draw(ILabeledImages train, int draw)
    {
        var byClass = Enumerable.Range(0, train.Count).GroupBy(index => ByClass ? train.Labels[index] : 0);
        return [.. byClass.SelectMany(images => Some(train, images.Key, [.. images], draw)).Order()];
    }

    private int[] Some(ILabeledImages train, int label, int[] images, int draw)
    {
        var wanted = options.PerClass ?? options.Images ?? Math.Max(1, (int)Math.Round(options.Fraction!.Value * images.Length));
        if (wanted > images.Length)
        {
            throw new ExperimentException(
                FailureKind.Data,
                ByClass
                    ? $"\"perClass\" is {wanted}, but the class \"{train.Classes[label]}\" has {images.Length} train images; lower it."
                    : $"\"images\" is {wanted}, but there are {images.Length} train images; lower it.");
        }

        var random = new SampleRandom((ulong)options.Seed, (ulong)draw, (ulong)label, 0);
        for (var i = 0; i < wanted; i++) // the first steps of a Fisher–Yates shuffle
        {
            var j = i + random.Next(images.Length - i);
            (images[i], images[j]) = (images[j], images[i]);
        }

        return images[..wanted];
    }
}
