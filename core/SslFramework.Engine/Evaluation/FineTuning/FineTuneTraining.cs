using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Evaluation.Metrics;
using SslFramework.Core.Optimization;
using SslFramework.Core.Tensors;

namespace SslFramework.Engine.Evaluation.FineTuning;

/// <summary>One fine-tuning that starts from the backbone's weights. Everything random is a function of seed and step.</summary>
internal sealed class FineTuneTraining : IDisposable
{
    private const int TestBatch = 256;

    private readonly IBackbone backbone;
    private readonly FineTuneSettings settings;
    private readonly int classes;
    private readonly Device device;
    private readonly double? blocks;
    private readonly FineTunedClassifier classifier;
    private readonly IOptimizer optimizer;
    private readonly BatchMixing mixing;

    public FineTuneTraining(IBackbone backbone, FineTuneSettings settings, double? blocks, int classes)
    {
        (this.backbone, this.settings, this.blocks, this.classes) = (backbone, settings, blocks, classes);
        device = backbone.Module.parameters().First().device;
        classifier = new FineTunedClassifier(backbone, settings, classes, device);
        mixing = new BatchMixing(settings.Mixup, settings.CutMix, settings.LabelSmoothing);
        EnterTraining();
        var parameters = LayerDecay.Of(backbone, settings.LayerDecay).WithHead(classifier, "classifier");
        optimizer = settings.Optimizer == FineTuneOptimizer.AdamW
            ? new AdamW(new() { WeightDecay = settings.WeightDecay }, parameters)
            : new Sgd(new() { WeightDecay = settings.WeightDecay, Nesterov = true }, parameters);
    }

    /// <summary>Trains for all epochs.</summary>
    /// <param name="train">Labeled images to learn from.</param>
    /// <param name="progress">Receives each step.</param>
    /// <returns>Why it ended early, because its loss was not finite; null if it did not.</returns>
    public string? Run(ILabeledImages train, IProgress<EvaluationProgress>? progress)
    {
        var batchSize = Math.Min(settings.BatchSize, train.Count);
        var schedule = Schedule(batchSize);
        var (step, stepsPerEpoch) = (0L, (long)train.Count / batchSize);
        var doing = blocks is null ? "fine-tuning" : FormattableString.Invariant($"fine-tuning the last {blocks} blocks");
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            foreach (var batch in train.ReadShuffled(batchSize, settings.Seed, epoch))
            {
                var loss = TakeStep(batch, step, schedule.LearningRate((double)step / stepsPerEpoch));
                step++;
                if (!double.IsFinite(loss))
                {
                    return FormattableString.Invariant(
                        $"Fine-tuning's loss is {loss} at step {step}; check the weights, or lower its \"learningRate\".");
                }

                progress?.Report(new(doing, step, settings.Epochs * stepsPerEpoch));
            }
        }

        return null;
    }

    /// <summary>The rank of the true class of each test image.</summary>
    public Tensor Ranks(ILabeledImages test)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        backbone.Module.eval();
        classifier.eval();
        var ranks = new List<Tensor>();
        foreach (var batch in test.Read(TestBatch))
        {
            using var batchScope = NewDisposeScope();
            ranks.Add(Accuracy.Ranks(classifier.Logits(batch.Images.to(device)), batch.Labels.to(device)).MoveToOuterDisposeScope());
        }

        return cat(ranks).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        classifier.Dispose();
    }

    private void EnterTraining()
    {
        if (backbone is IStochasticDepth deep)
        {
            deep.DropPath = settings.DropPath;
        }

        backbone.Module.train();
        TrainedPart.Select(backbone, blocks);
        classifier.train();
    }

    /// <returns>The loss; if it is not finite, no weight has changed.</returns>
    private double TakeStep(LabeledBatch batch, long step, double learningRate)
    {
        using var scope = NewDisposeScope();
        var random = new SampleRandom((ulong)settings.Seed, (ulong)step, 0, 0);
        LayerSeed.Set(random.NextBits(), device); // for drop path and dropout
        var images = batch.Images.to(device, copy: true);
        if (settings.Erasing > 0)
        {
            RandomErasing.Apply(images, settings.Erasing, settings.Seed, step);
        }

        var (mixed, targets) = mixing.Apply(images, batch.Labels.to(device), classes, random);
        return TunedStep.Take([backbone.Module, classifier], optimizer, learningRate, () =>
            classifier.Logits(mixed).log_softmax(1).mul(targets).sum(dim: 1).mean().neg());
    }

    private CosineSchedule Schedule(int batchSize)
    {
        var run = new RunLength(settings.Epochs, batchSize);
        var peak = settings.LearningRate * (settings.Scaling == LearningRateScaling.Linear ? batchSize / 256.0 : 1);
        return new CosineSchedule(
            new()
            {
                LearningRate = settings.LearningRate,
                Scaling = settings.Scaling,
                WarmupEpochs = settings.WarmupEpochs,
                Minimum = Math.Min(settings.MinimumRate, peak),
            },
            run);
    }
}
