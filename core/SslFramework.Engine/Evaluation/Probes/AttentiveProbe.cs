using SslFramework.Core.Evaluation.Features;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Evaluation.Probes;

/// <summary>
/// A classifier that learns where to look: one query attends to the places of the last frozen map or block. It shows what a mean over
/// places hides, as masked image modeling has it. Chen et al. 2022, https://arxiv.org/abs/2202.03026
/// </summary>
/// <remarks>
/// Tokens are computed once if they fit into the memory for features and there is no training transform; else again in each epoch. The
/// last epoch is measured.
/// </remarks>
internal sealed class AttentiveProbe(AttentiveProbeOptions options, IProgress<EvaluationProgress>? progress = null) : IEvaluator
{
    private const int TestBatch = 256;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">There are no labels, or the backbone gives vectors alone.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(IBackbone backbone, ILabeledImages train, ILabeledImages test)
    {
        using var scope = NewDisposeScope();
        FeatureExtraction.CheckTask(train, test);
        var (tokens, taps) = Tapped(backbone, train);
        using var random = new Generator((ulong)options.Seed);
        using var classifier = new AttentiveClassifier(tokens.Length, train.Classes.Count, options.Heads, random);
        classifier.to(taps.Device);
        var broken = Learn(classifier, Features(taps, train), tokens);
        classifier.eval();
        return [.. Measure(classifier, taps, tokens, test, broken).Select(number => number.Of(FeatureExtraction.LastLayer))];
    }

    private static (PatchTokens Tokens, FeatureTaps Taps) Tapped(IBackbone backbone, ILabeledImages images)
    {
        using var modes = new KeptModes(backbone.Module);
        using var gradient = no_grad();
        backbone.Module.eval();
        var tokens = new PatchTokens(backbone, images);
        return (tokens, FeatureTaps.Find(tokens, images, FeatureLayers.Last, FeatureExtraction.Averaged));
    }

    private IProbeFeatures Features(FeatureTaps taps, ILabeledImages train) =>
        train.Augmented || FeatureMemory.Bytes(taps.Items, train.Count) > FeatureMemory.Of(train, taps.Device)
            ? new RecomputedFeatures(taps, train, progress)
            : new CachedFeatures(FeatureExtraction.Extract(taps, train, progress), taps.Device);

    /// <summary>Learns for all epochs.</summary>
    /// <returns>Why nothing can be measured, or null.</returns>
    private string? Learn(AttentiveClassifier classifier, IProbeFeatures train, PatchTokens tokens)
    {
        using var gradient = enable_grad();
        using var optimizer = new AdamW(
            new() { WeightDecay = options.WeightDecay, Decay = WeightDecayScope.ExceptOneDimensional }, NamedParameters.Of(classifier));
        var batchSize = Math.Min(options.BatchSize, train.Count);
        var schedule = new CosineSchedule(new() { LearningRate = options.LearningRate }, new(options.Epochs, batchSize));
        var (steps, step) = ((long)train.Count / batchSize, 0L);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in train.Batches(batchSize, options.Seed, epoch))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    classifier.zero_grad();
                    var logits = classifier.Logits(classifier.Pooled(batch.Layers[0].view(batchSize, tokens.Count, tokens.Length)));
                    var loss = nn.functional.cross_entropy(logits, batch.Labels);
                    if (loss.ToDouble() is var value && !double.IsFinite(value))
                    {
                        return $"The classifier's loss is {value}: features of train images are, or it learned too fast; "
                            + "check the weights, or lower \"learningRate\".";
                    }

                    loss.backward();
                    optimizer.Step(new(schedule.LearningRate((double)step++ / steps)));
                    progress?.Report(new("attentive classifier", step, options.Epochs * steps));
                }
            }
        }

        return null;
    }

    private static List<Measurement> Measure(
        AttentiveClassifier classifier, FeatureTaps taps, PatchTokens tokens, ILabeledImages test, string? broken)
    {
        using var scope = NewDisposeScope();
        var (ranks, pooled) = (new List<Tensor>(), new List<Tensor>());
        taps.Frozen(() =>
        {
            foreach (var batch in test.Read(TestBatch))
            {
                using var own = NewDisposeScope();
                var features = taps.Read(batch.Images.to(taps.Device))[0].view(-1, tokens.Count, tokens.Length);
                var taken = classifier.Pooled(features);
                ranks.Add(Accuracy.Ranks(classifier.Logits(taken), batch.Labels.to(taps.Device)).MoveToOuterDisposeScope());
                pooled.Add(taken.MoveToOuterDisposeScope());
            }

            return true;
        });
        var (all, vectors) = (cat(ranks), cat(pooled));
        broken ??= FeatureSoundness.Broken(vectors);
        var remark = broken is null ? FeatureSoundness.Constant(vectors) : null;
        List<Measurement> numbers = [Accuracy.Top(1, all, "top-1")];
        if (test.Classes.Count >= Accuracy.ClassesForTop5)
        {
            numbers.Add(Accuracy.Top(5, all, "top-5"));
        }

        return numbers.ConvertAll(number => broken is null ? number with { Remark = remark } : number.Without(broken));
    }
}
