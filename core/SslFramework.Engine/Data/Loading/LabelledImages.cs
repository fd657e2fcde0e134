using SslFramework.Core.Distributed;
using SslFramework.Core.Evaluation.Features;

namespace SslFramework.Engine.Data.Loading;

/// <summary>The images of a labelled source, through an augmentation that makes one view.</summary>
internal sealed class LabelledImages : ISharedImages
{
    private readonly IDataSource source;
    private readonly IAugmentation transform;
    private readonly Device device;
    private readonly int threads;
    private readonly IAugmentation? trainTransform;
    private readonly bool needsLabels;

    /// <summary>Joins a source and an augmentation.</summary>
    /// <param name="source">Has a label for every image.</param>
    /// <param name="transform">Makes one view, without chance.</param>
    /// <param name="device">Where batches go.</param>
    /// <param name="threads">Threads that read; with 0 the reader's own.</param>
    /// <param name="needsLabels">Whether to refuse images without; they are then all of no class.</param>
    /// <exception cref="ExperimentException">An image has no label but needs one, or the augmentation makes several views.</exception>
    public LabelledImages(IDataSource source, IAugmentation transform, Device device, int threads = 0, bool needsLabels = true)
    {
        (this.source, this.transform, this.device, this.threads) = (source, OneView(transform), device, threads);
        var labels = Enumerable.Range(0, source.Count).Select(source.Label).ToList();
        var unlabelled = source.Classes.Count == 0 ? source.Count : labels.Count(label => label is null);
        if (needsLabels && unlabelled > 0)
        {
            throw new ExperimentException(
                FailureKind.Config,
                $"Evaluation needs labels, but {unlabelled} of the {source.Count} images of its data have none; "
                + "name a file of labels, put images into a folder for each class, or leave all evaluators but \"diagnostics\" out.");
        }

        Labels = labels.ConvertAll(label => unlabelled == 0 ? label!.Value : 0);
        Classes = unlabelled == 0 ? source.Classes : [];
        this.needsLabels = needsLabels;
    }

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Labels { get; }

    /// <inheritdoc/>
    public bool Augmented => trainTransform is not null;

    /// <summary>Makes the random view that classifiers learn from; null learns from the images as they are measured.</summary>
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

    /// <summary>Makes random views of all images, in order, for measures of how alike views of an image are.</summary>
    public IAugmentation? Views { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image cannot be used.</exception>
    public IEnumerable<LabelledBatch> Read(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Batches(transform, new LoaderOptions { BatchSize = Math.Min(batchSize, Count), Shuffle = false, DropLast = false }, 0);
    }

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image cannot be used.</exception>
    public IEnumerable<LabelledBatch> ReadShuffled(int batchSize, long seed, int epoch) =>
        Batches(TrainTransform ?? transform, new LoaderOptions { BatchSize = batchSize, Seed = seed }, epoch);

    /// <inheritdoc/>
    public IEnumerable<ViewBatch> ReadViews(int batchSize, long seed, int epoch)
    {
        if (Views is null)
        {
            yield break;
        }

        var options = new LoaderOptions { BatchSize = Math.Min(batchSize, Count), Threads = threads, Seed = seed, Shuffle = false, DropLast = false };
        using var loader = new ViewLoader(source, Views, options);
        foreach (var batch in loader.Read(epoch))
        {
            yield return batch;
        }
    }

    /// <inheritdoc/>
    public ILabelledImages Select(IReadOnlyList<int> indices) =>
        new LabelledImages(new SourceSubset(source, indices), transform, device, threads, needsLabels) { TrainTransform = TrainTransform, Views = Views, Group = Group, FeatureMemory = FeatureMemory };

    /// <summary>The augmentation, if it makes one view.</summary>
    /// <exception cref="ExperimentException">It makes several.</exception>
    public static IAugmentation OneView(IAugmentation augmentation) => augmentation.Views.Count == 1
        ? augmentation
        : throw new ExperimentException(
            FailureKind.Config,
            $"Evaluation takes one view of each image, but its augmentation makes {augmentation.Views.Count}; keep one in \"views\".");

    private IEnumerable<LabelledBatch> Batches(IAugmentation augmentation, LoaderOptions options, int epoch)
    {
        using var loader = new ViewLoader(source, augmentation, options with { Threads = threads });
        foreach (var batch in loader.Read(epoch))
        {
            long[] classes = [.. batch.Indices.Select(index => (long)Labels[(int)index])];
            using var labels = tensor(classes).to(device, disposeAfter: true).DetachFromDisposeScope(); // [N]
            using var moved = device.type == DeviceType.CPU ? null : batch.Single().to(device).DetachFromDisposeScope();
            yield return new LabelledBatch(moved ?? batch.Single(), labels);
        }
    }
}
