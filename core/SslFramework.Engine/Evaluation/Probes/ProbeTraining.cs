using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Optimization;
using SslFramework.Engine.Data;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>Trains the classifiers of several layers in one pass over the features, and measures them.</summary>
/// <param name="settings">How to learn.</param>
/// <param name="taps">The layers to measure.</param>
/// <param name="device">The device to compute on; features that are elsewhere are moved batch by batch.</param>
/// <param name="progress">Receives each step.</param>
internal sealed class ProbeTraining(
    ProbeSettings settings, IReadOnlyList<FeatureTap> taps, Device device, IProgress<EvaluationProgress>? progress)
{
    private const string Broken =
        "The classifier's weights became NaN or infinite: features of train images are, or it learned too fast; "
        + "check the weights, or lower \"learningRates\".";

    private const int FewestImages = 4;

    /// <summary>Measures percentages of the test features, and the learning rates that were chosen without them.</summary>
    /// <exception cref="ExperimentException">There are too few train features.</exception>
    public IReadOnlyList<EvaluationResult> Measure(IProbeFeatures train, IReadOnlyList<LabeledFeatures> test)
    {
        if (train.Count < FewestImages)
        {
            throw new ExperimentException(
                FailureKind.Data,
                $"A linear probe needs at least {FewestImages} train images, but there are {train.Count}; use a larger data set.");
        }

        using var gradient = no_grad(); // the heads compute their gradient in closed form
        using var scope = NewDisposeScope();
        var chosen = settings.LearningRates.Count > 1 ? Choose(train, test[0].Classes) : null;
        var rates = taps.Select((_, layer) => new[] { chosen?[layer].Rate ?? settings.LearningRates[0] }).ToArray();
        var heads = Trained("linear classifiers", train, rates, test[0].Classes);
        return [.. taps.SelectMany((tap, layer) =>
        {
            var ranks = heads[layer].Ranks(test[layer]).squeeze(1);
            List<Measurement> numbers = [Accuracy.Top(1, ranks, "top-1")];
            if (test[layer].Classes >= Accuracy.ClassesForTop5)
            {
                numbers.Add(Accuracy.Top(5, ranks, "top-5"));
            }

            if (chosen is not null)
            {
                numbers.Add(chosen[layer].HeldOut);
            }

            var broken = FeatureSoundness.Broken(test[layer].Values) ?? (heads[layer].IsFinite ? null : Broken);
            var constant = broken is null ? FeatureSoundness.Constant(test[layer].Values) : null;
            return numbers
                .Select(number => broken is null ? number with { Remark = constant } : number.Without(broken))
                .Append(new("learning rate", rates[layer][0]) { Kind = MeasurementKind.Detail })
                .Select(number => number.Of(tap.Layer));
        })];
    }

    /// <summary>Chooses for each layer the rate that does best on a tenth of the train images, after learning from the others.</summary>
    private (double Rate, Measurement HeldOut)[] Choose(IProbeFeatures train, int classes)
    {
        using var scope = NewDisposeScope();
        var order = SampleOrder.Shuffled(settings.Seed, epoch: int.MaxValue, train.Count); // no epoch of training has this number
        var held = Math.Max(1, train.Count / 10);
        var heldOut = train.Select(order[..held]).Plain();
        var rates = taps.Select(_ => settings.LearningRates).ToArray();
        var heads = Trained("choosing learning rates", train.Select(order[held..]), rates, classes);
        return [.. heads.Select((head, layer) =>
        {
            var ranks = head.Ranks(heldOut[layer]); // [n, R]
            return settings.LearningRates
                .Select((rate, i) => (rate, Accuracy.Top(1, ranks.select(1, i), "held-out top-1") with { Kind = MeasurementKind.Detail }))
                .MaxBy(pair => pair.Item2.Value);
        })];
    }

    private LinearHeads[] Trained(string doing, IProbeFeatures train, IReadOnlyList<double>[] rates, int classes)
    {
        var batchSize = Math.Min(settings.BatchSize, train.Count);
        var factor = Schedule(batchSize);
        var heads = taps.Select((tap, layer) =>
        {
            using var random = new Generator((ulong)settings.Seed); // one per layer, so that it does not matter what else is probed
            return new LinearHeads(tap.Length, tap.Channels, classes, rates[layer], settings, random, device);
        }).ToArray();
        var batches = train.Count / batchSize;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            var done = 0;
            foreach (var batch in train.Batches(batchSize, settings.Seed, epoch))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    var targets = zeros([batchSize, classes], device: device).scatter_(
                        1, batch.Labels.unsqueeze(1), ones([batchSize, 1], device: device)); // [B, C]
                    var decline = factor.LearningRate(epoch + ((double)done++ / batches));
                    for (var layer = 0; layer < heads.Length; layer++)
                    {
                        heads[layer].Step(batch.Layers[layer], targets, decline);
                    }

                    progress?.Report(new(doing, ((long)epoch * batches) + done, (long)settings.Epochs * batches));
                }
            }
        }

        return heads;
    }

    /// <summary>The factor on the rates, including the scaling with the batch.</summary>
    private ISchedule Schedule(int batchSize)
    {
        var run = new RunLength(settings.Epochs, batchSize);
        return settings.Milestones.Count > 0
            ? new StepsSchedule(
                new()
                {
                    LearningRate = 1,
                    Scaling = settings.Scaling,
                    WarmupEpochs = settings.WarmupEpochs,
                    PerEpoch = settings.PerEpoch,
                    Milestones = settings.Milestones,
                    Factor = settings.Factor,
                },
                run)
            : new CosineSchedule(
                new() { LearningRate = 1, Scaling = settings.Scaling, WarmupEpochs = settings.WarmupEpochs, PerEpoch = settings.PerEpoch },
                run);
    }
}
