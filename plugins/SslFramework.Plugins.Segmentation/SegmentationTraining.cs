using SslFramework.Core.Backbones.Transformers;
using SslFramework.Core.Evaluation.FineTuning;
using SslFramework.Core.Optimization;

namespace SslFramework.Plugins.Segmentation;

/// <summary>A head that learns together with the backbone it stands on. Everything random is a function of seed and step.</summary>
internal sealed class SegmentationTraining : IDisposable
{
    private readonly IMapBackbone backbone;
    private readonly SegmentationSettings settings;
    private readonly Device device;
    private readonly SegmentationHead head;
    private readonly IOptimizer optimizer;

    /// <summary>Puts a new head on a backbone, whose weights it is going to change.</summary>
    public SegmentationTraining(IMapBackbone backbone, SegmentationSettings settings, int classes)
    {
        (this.backbone, this.settings) = (backbone, settings);
        device = backbone.Module.parameters().First().device;
        if (backbone is IStochasticDepth deep)
        {
            deep.DropPath = settings.DropPath;
        }

        if (settings.OutputStride is { } stride && stride < backbone.OutputStride)
        {
            backbone.OutputStride = stride;
        }

        LayerSeed.Set(new SampleRandom((ulong)settings.Seed, 0, 0, 1).NextBits(), device);
        head = SegmentationHead.Of(backbone, settings, classes);
        head.to(device);
        foreach (var parameter in backbone.Module.parameters())
        {
            parameter.requires_grad = true;
        }

        var parameters = LayerDecay.Of(backbone, settings.LayerDecay).WithHead(head, "head");
        optimizer = settings.Optimizer == SegmentationOptimizer.Adamw
            ? new AdamW(new() { WeightDecay = settings.WeightDecay }, parameters)
            : new Sgd(new() { WeightDecay = settings.WeightDecay }, AllDecay(parameters));
    }

    /// <summary>Trains for all steps.</summary>
    /// <param name="train">Images with maps to learn from.</param>
    /// <param name="progress">Receives each step.</param>
    /// <returns>Why it ended early, because its loss was not finite; null if it did not.</returns>
    public string? Run(IAnnotatedImages train, IProgress<EvaluationProgress>? progress)
    {
        backbone.Module.train();
        head.train();
        var step = 0L;
        for (var epoch = 0; step < settings.Steps; epoch++)
        {
            foreach (var batch in train.ReadAnnotatedShuffled(settings.BatchSize, settings.Seed, epoch, settings.LargestShare))
            {
                var loss = TakeStep(batch, step++);
                if (!double.IsFinite(loss))
                {
                    return FormattableString.Invariant(
                        $"Segmentation's loss is {loss} at step {step}; check the weights, or lower its \"learningRate\".");
                }

                progress?.Report(new("segmentation", step, settings.Steps));
                if (step == settings.Steps)
                {
                    break;
                }
            }
        }

        return null;
    }

    /// <summary>The loss of a batch: the mean cross-entropy of pixels that count, and of the second classifier by its weight.</summary>
    /// <returns>A scalar; null if no pixel counts.</returns>
    public Tensor? Loss(AnnotatedBatch batch)
    {
        var (images, truth) = (batch.Images.to(device), batch.Maps!.to(device).to(int64)); // [N, H, W]
        if (!truth.ne(IAnnotatedSource.Void).any().ToBoolean())
        {
            return null;
        }

        var maps = backbone.ForwardMaps(images, head.Which);
        var loss = CrossEntropy(head.Scores(maps));
        return head.AuxiliaryScores(maps) is { } second ? loss + (settings.Auxiliary * CrossEntropy(second)) : loss;

        Tensor CrossEntropy(Tensor scores) =>
            nn.functional.cross_entropy(AtPixels(scores, images), truth, ignore_index: IAnnotatedSource.Void);
    }

    /// <summary>Scores of places, before they are interpolated to pixels.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>[N, classes, h, w].</returns>
    public Tensor Scores(Tensor images) => head.Scores(backbone.ForwardMaps(images, head.Which));

    /// <summary>The class of every pixel of test images.</summary>
    /// <returns>uint8 [N, H, W] on the CPU.</returns>
    public Tensor Found(AnnotatedBatch batch)
    {
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        backbone.Module.eval();
        head.eval();
        var (images, counts) = (batch.Images.to(device), batch.Maps!.ne(IAnnotatedSource.Void));
        var scores = SlidingWindow.Scores(images, counts, settings.Window, settings.WindowStride ?? 1, some =>
            AtPixels(Scores(some), some));
        return scores.argmax(1).to(uint8).cpu().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        head.Dispose();
    }

    private static NamedParameters AllDecay(NamedParameters parameters) => parameters with
    {
        Factors = parameters.Factors.ToDictionary(factor => factor.Key, factor => factor.Value with { WeightDecay = 1 }),
    };

    /// <returns>The loss; 0 if no pixel counts. If it is not finite, no weight has changed.</returns>
    private double TakeStep(AnnotatedBatch batch, long step)
    {
        using var scope = NewDisposeScope();
        LayerSeed.Set(new SampleRandom((ulong)settings.Seed, (ulong)step, 0, 0).NextBits(), device); // for drop path and dropout
        return TunedStep.Take([backbone.Module, head], optimizer, settings.RateAt(step), () => Loss(batch));
    }

    private Tensor AtPixels(Tensor scores, Tensor images) => nn.functional.interpolate(
        scores, [images.shape[2], images.shape[3]], mode: InterpolationMode.Bilinear, align_corners: settings.AlignCorners);
}
