using SslFramework.Core.Distributed;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Data.Loading;

/// <summary>The images of a labeled source, seen through an augmentation that makes one view.</summary>
internal sealed class LabeledImages : ISharedImages, IAnnotatedImages
{
    private readonly IDataSource source;
    private readonly IAugmentation transform;
    private readonly Device device;
    private readonly int threads;
    private readonly IAugmentation? trainTransform;
    private readonly bool needsLabels;

    /// <summary>Combines a source and an augmentation.</summary>
    /// <param name="source">The images; each must have a label, unless none is needed.</param>
    /// <param name="transform">Makes one view, without randomness.</param>
    /// <param name="device">The device that batches are moved to.</param>
    /// <param name="threads">Threads that read; 0 reads on the caller's thread.</param>
    /// <param name="needsLabels">Whether to refuse images without labels; otherwise all of them get the label 0.</param>
    /// <exception cref="ExperimentException">An image has no label but needs one, or the augmentation makes several views.</exception>
    public LabeledImages(IDataSource source, IAugmentation transform, Device device, int threads = 0, bool needsLabels = true)
    {
        (this.source, this.transform, this.device, this.threads) = (source, OneView(transform), device, threads);
        var labels = Enumerable.Range(0, source.Count).Select(source.Label).ToList();
        var unlabeled = source.Classes.Count == 0 ? source.Count : labels.Count(label => label is null);
        if (needsLabels && unlabeled > 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Evaluation needs labels, but {unlabeled} of the {source.Count} images of its data have none; "
                + "name a file of labels, put images into a folder for each class, or leave all evaluators but \"diagnostics\" out.");
        }

        Labels = labels.ConvertAll(label => unlabeled == 0 ? label!.Value : 0);
        Classes = unlabeled == 0 ? source.Classes : [];
        this.needsLabels = needsLabels;
    }

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ValueRange? Range => transform.Range;

    /// <inheritdoc/>
    public IReadOnlyList<int> Labels { get; }

    /// <inheritdoc/>
    public bool Augmented => trainTransform is not null;

    /// <inheritdoc/>
    public AnnotationInfo Annotations => (source as IAnnotatedSource)?.Annotations ?? AnnotationInfo.None;

    /// <summary>Makes the random view that classifiers learn from; if null, they learn from the images as they are measured.</summary>
    /// <exception cref="ExperimentException">It makes several views.</exception>
    public IAugmentation? TrainTransform
    {
        get => trainTransform;
        init => trainTransform = value is null ? null : OneView(value);
    }

    /// <inheritdoc/>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <inheritdoc/>
    public long? FeatureMemory { get; init; }

    /// <summary>Makes random views of all images, in order, to measure how alike views of an image are.</summary>
    public IAugmentation? Views { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image cannot be used.</exception>
    public IEnumerable<LabeledBatch> Read(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Batches(transform, new LoaderOptions { BatchSize = Math.Min(batchSize, Count), Shuffle = false, DropLast = false }, 0);
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image cannot be used.</exception>
    public IEnumerable<LabeledBatch> ReadShuffled(int batchSize, long seed, int epoch) =>
        Batches(TrainTransform ?? transform, new LoaderOptions { BatchSize = batchSize, Seed = seed }, epoch);

    /// <inheritdoc/>
    public IEnumerable<ViewBatch> ReadViews(int batchSize, long seed, int epoch)
    {
        if (Views is null)
        {
            yield break;
        }

        var options =
            new LoaderOptions { BatchSize = Math.Min(batchSize, Count), Threads = threads, Seed = seed, Shuffle = false, DropLast = false };
        using var loader = new ViewLoader(source, Views, options);
        foreach (var batch in loader.Read(epoch))
        {
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public ImageObjects Objects(int index) => (source as IAnnotatedSource)?.Objects(index) ?? ImageObjects.None;

    /// <inheritdoc/>
    public IReadOnlyList<int> ClassSet(int index) => (source as IAnnotatedSource)?.ClassSet(index) ?? [];

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image or a map cannot be used.</exception>
    public IEnumerable<AnnotatedBatch> ReadAnnotated(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Annotated(transform, new LoaderOptions { BatchSize = Math.Min(batchSize, Count), Shuffle = false, DropLast = false }, 0);
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image or a map cannot be used.</exception>
    public IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch) =>
        Annotated(TrainTransform ?? transform, new LoaderOptions { BatchSize = batchSize, Seed = seed }, epoch);

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image or a map cannot be used.</exception>
    public IEnumerable<AnnotatedBatch> ReadAnnotatedShuffled(int batchSize, long seed, int epoch, double largestShare) =>
        Annotated(TrainTransform ?? transform, new LoaderOptions { BatchSize = batchSize, Seed = seed }, epoch, largestShare);

    /// <inheritdoc/>
    public ILabeledImages Select(IReadOnlyList<int> indices) =>
        new LabeledImages(new SourceSubset(source, indices), transform, device, threads, needsLabels)
        {
            TrainTransform = TrainTransform,
            Views = Views,
            Group = Group,
            FeatureMemory = FeatureMemory,
        };

    /// <summary>Returns the augmentation if it makes one view.</summary>
    /// <exception cref="ExperimentException">It makes several.</exception>
    public static IAugmentation OneView(IAugmentation augmentation) => augmentation.Views.Count == 1
        ? augmentation
        : throw new ExperimentException(
            FailureKind.Config,
            $"Evaluation takes one view of each image, but its augmentation makes {augmentation.Views.Count}; keep one in \"views\".");

    private IEnumerable<LabeledBatch> Batches(IAugmentation augmentation, LoaderOptions options, int epoch)
    {
        using var loader = new ViewLoader(source, augmentation, options with { Threads = threads });
        foreach (var batch in loader.Read(epoch))
        {
            long[] classes = [.. batch.Indices.Select(index => (long)Labels[(int)index])];
            using var labels = tensor(classes).to(device, disposeAfter: true).DetachFromDisposeScope(); // [N]
            using var moved = device.type == DeviceType.CPU ? null : batch.Single().to(device).DetachFromDisposeScope();
            yield return new LabeledBatch(moved ?? batch.Single(), labels);
        }
    }

    private IEnumerable<AnnotatedBatch> Annotated(IAugmentation augmentation, LoaderOptions options, int epoch, double largestShare = 1)
    {
        if (augmentation is not ITracedAugmentation { BentBy: null })
        {
            var bent = (augmentation as ITracedAugmentation)?.BentBy;
            throw new ExperimentException(
                FailureKind.Config,
                "Labels of places must follow the views of an evaluation, but "
                + (bent is null ? "its augmentation does not tell where they are; use 'recipe'." : $"'{bent}' bends them; remove it."));
        }

        var varied = largestShare < 1 && LabelMap.Of(source) is { } mapped ? new VariedViews(mapped, largestShare) : null;
        using var loader = new ViewLoader(source, augmentation, options with { Threads = threads }, varied);
        foreach (var batch in loader.Read(epoch))
        {
            using var maps = LabelMap.Of(source) is { } annotated ? Maps(annotated, batch, augmentation.Views[0]) : null;
            using var moved = device.type == DeviceType.CPU ? null : batch.Single().to(device).DetachFromDisposeScope();
            yield return new AnnotatedBatch(moved ?? batch.Single(), batch.Indices, batch.Geometry[0]) { Maps = maps };
        }
    }

    /// <summary>The maps of a batch's views: uint8 [N, H, W].</summary>
    private static Tensor Maps(IAnnotatedSource source, ViewBatch batch, ViewShape view)
    {
        var pixels = new byte[batch.Count * view.Height * view.Width];
        EveryImage.Visit(batch.Count, () => new PixelBuffer(), (i, map) =>
        {
            LabelMap.Read(source, (int)batch.Indices[i], null, map);
            var place = pixels.AsSpan(i * view.Height * view.Width, view.Height * view.Width);
            LabelMap.Show(map.Image, batch.Geometry[0][i], new ImageSize(view.Height, view.Width), place);
        });
        return tensor(pixels, [batch.Count, view.Height, view.Width]).DetachFromDisposeScope();
    }
}
