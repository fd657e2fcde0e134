namespace SslFramework.Core.Data;

/// <summary>The images of a labelled source in its own order, each once, with the views of an augmentation that makes one.</summary>
public sealed class LabelledImages : ILabelledImages
{
    private readonly IDataSource source;
    private readonly IAugmentation augmentation;
    private readonly Device device;
    private readonly int threads;

    /// <summary>Joins a source and an augmentation.</summary>
    /// <param name="source">Has a label for every image.</param>
    /// <param name="augmentation">Makes one view.</param>
    /// <param name="device">Where batches go.</param>
    /// <param name="threads">Threads that read; with 0 the reader's own.</param>
    /// <exception cref="ExperimentException">An image has no label, or the augmentation makes several views.</exception>
    public LabelledImages(IDataSource source, IAugmentation augmentation, Device device, int threads = 0)
    {
        (this.source, this.augmentation, this.device, this.threads) = (source, augmentation, device, threads);
        if (augmentation.Views.Count != 1)
        {
            throw new ExperimentException(
                ExitCode.Config,
                $"Evaluation takes one view of each image, but its augmentation makes {augmentation.Views.Count}; keep one in \"views\".");
        }

        var unlabelled = source.Classes.Count == 0 ? source.Count
            : Enumerable.Range(0, source.Count).Count(index => source.Label(index) is null);
        if (unlabelled > 0)
        {
            throw new ExperimentException(
                ExitCode.Config,
                $"Evaluation needs labels, but {unlabelled} of the {source.Count} images of its data have none; "
                + "name a file of labels, put images into a folder for each class, or leave evaluation out.");
        }
    }

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => source.Classes;

    /// <inheritdoc/>
    /// <exception cref="ExperimentException">An image cannot be used.</exception>
    public IEnumerable<LabelledBatch> Read(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Batches(Math.Min(batchSize, Count));
    }

    private IEnumerable<LabelledBatch> Batches(int batchSize)
    {
        var options = new LoaderOptions { BatchSize = batchSize, Threads = threads, Shuffle = false, DropLast = false };
        using var loader = new ViewLoader(source, augmentation, options);
        foreach (var batch in loader.Read(0))
        {
            long[] classes = [.. batch.Indices.Select(index => (long)source.Label((int)index)!.Value)];
            using var labels = tensor(classes).to(device, disposeAfter: true).DetachFromDisposeScope(); // [N]
            using var moved = device.type == DeviceType.CPU ? null : batch.Single().to(device).DetachFromDisposeScope();
            yield return new LabelledBatch(moved ?? batch.Single(), labels);
        }
    }
}
